import { createHash } from "node:crypto";
import type { Drawn } from "./vectors.ts";

/** A vector in the golden file: its length, a few values for inspection, and the SHA-256 of all of them. */
export interface GoldenVector {
  n: number;
  first8: number[];
  last2: number[];
  sha256: string;
}

/** torch's draws for one seed, by path: a vector, a list of values, or one value. See RNG.md next to the file. */
export type GoldenSeed = Record<string, GoldenVector | (string | number)[] | string>;

/** Reads a file of tests/golden. */
export function readGolden<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../golden/${name}`, import.meta.url)));
}

/** The seeds of rng_vectors.json with the entries of each, by path. */
export function goldenSeeds(): [number, GoldenSeed][] {
  const { seeds } = readGolden<{ seeds: Record<string, unknown> }>("rng_vectors.json");
  return Object.entries(seeds).map(([seed, entries]) => [Number(seed), Object.fromEntries(leavesOf(entries, ""))]);
}

/** A drawn vector in the form of the golden file. */
export function asGolden(drawn: Drawn): GoldenSeed[string] {
  if (typeof drawn === "string" || Array.isArray(drawn)) return drawn;
  return {
    n: drawn.length,
    first8: [...drawn.subarray(0, 8)],
    last2: [...drawn.subarray(-2)],
    sha256: sha256(drawn),
  };
}

/** SHA-256 of the elements' bytes, little-endian like all machines that Deno supports. */
export function sha256(data: ArrayBufferView): string {
  return createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");
}

function* leavesOf(value: unknown, path: string): Iterable<[string, GoldenSeed[string]]> {
  if (Array.isArray(value)) {
    for (const [i, entry] of value.entries()) yield* leavesOf(entry, `${path}[${i}]`);
    return;
  }
  const { n, first8, last2, values, loader: _, epoch: __, ...rest } = value as Record<string, unknown>;
  const digests = Object.entries(rest).filter(([name]) => name.startsWith("sha256"));
  if (digests.length > 0) yield [path, { n, first8, last2, sha256: digests[0][1] } as GoldenVector];
  else if (Array.isArray(values)) yield [path, values];
  for (const [name, entry] of Object.entries(rest)) {
    const at = path === "" ? name : `${path}/${name}`;
    if (name.startsWith("sha256")) continue;
    if (typeof entry === "string") yield [at, entry];
    else yield* leavesOf(entry, at);
  }
}
