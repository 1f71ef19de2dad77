/** Digests: SHA-256 of bytes, and of plain data in canonical form. */
import type { Hash } from "node:crypto";

let createHash: typeof import("node:crypto").createHash | undefined;

/** SHA-256 of `bytes` as 64 hex digits. */
export function digestOfBytes(bytes: Uint8Array): string {
  return startDigest().update(bytes).digest("hex");
}

/** A SHA-256 that is updated chunk by chunk. */
export function startDigest(): Hash {
  // Loaded on first use: it takes as long as everything else in a run that has nothing to do.
  // deno-lint-ignore no-process-global -- importing node:process takes half as long.
  createHash ??= process.getBuiltinModule("node:crypto").createHash;
  return createHash("sha256");
}

/** SHA-256 of a few bytes as 64 hex digits, without loading node:crypto. */
export async function digestOfNote(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Plain data that can be digested: what JSON can represent, without NaN and infinities. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain | undefined };

/** JSON with sorted keys, without spaces and undefined fields. @throws TypeError for NaN and infinities. */
export function canonicalJson(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError("Cannot digest an object that is not a plain one: JSON cannot represent it.");
    }
    const entries = Object.entries(value).filter((entry): entry is [string, Plain] => entry[1] !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`Cannot digest the number ${value}: JSON cannot represent it.`);
  }
  return JSON.stringify(value);
}

/** SHA-256 of plain data: equal data has equal digests, whatever the order of its keys. */
export function digestOfPlain(value: Plain): string {
  return digestOfBytes(new TextEncoder().encode(canonicalJson(value)));
}
