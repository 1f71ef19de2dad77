/** Digests: SHA-256 over bytes, and over plain data in one canonical spelling. */
import type { Hash } from "node:crypto";

let createHash: typeof import("node:crypto").createHash | undefined;

/** SHA-256 of `bytes` as 64 hex digits. */
export function digestOfBytes(bytes: Uint8Array): string {
  return startDigest().update(bytes).digest("hex");
}

/** A SHA-256 that is fed piece by piece. */
export function startDigest(): Hash {
  // Loaded when there is something to digest: that takes as long as all that a run does which has nothing to do.
  // deno-lint-ignore no-process-global -- so does importing node:process, half as long.
  createHash ??= process.getBuiltinModule("node:crypto").createHash;
  return createHash("sha256");
}

/** SHA-256 of a few bytes as 64 hex digits, without loading what `digestOfBytes` needs. */
export async function digestOfNote(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Plain data that can be digested: what JSON can say, without NaN, infinities and undefined. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain | undefined };

/**
 * JSON with sorted keys and no spaces: equal data has equal text. Fields that are undefined are left out.
 * @throws TypeError for a number that JSON cannot say.
 */
export function canonicalJson(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter((entry): entry is [string, Plain] => entry[1] !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`Cannot digest the number ${value}: JSON has no spelling for it.`);
  }
  return JSON.stringify(value);
}

/** SHA-256 of plain data: equal data has equal digests, whatever the order of its keys. */
export function digestOfPlain(value: Plain): string {
  return digestOfBytes(new TextEncoder().encode(canonicalJson(value)));
}
