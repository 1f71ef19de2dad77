import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";

/** A vector in rng_vectors.json: its length, a few values to look at, and the SHA-256 of all of them. */
export interface GoldenVector {
  n: number;
  first8: number[];
  last2: number[];
  sha256_f32le?: string;
  sha256_i32le?: string;
  sha256_u32le?: string;
  values?: number[];
}

/** What torch drew with one seed; see RNG.md beside the file. */
export interface GoldenSeed {
  mt19937: GoldenVector;
  random_int64: { n: number; values: string[] };
  rand_1000: GoldenVector;
  "uniform_1000_-3.3_5.1": GoldenVector & { scalar_path: GoldenVector };
  linear_784_10: { weight: GoldenVector; bias: GoldenVector };
  two_layer_784_30_10: { w1: GoldenVector; b1: GoldenVector; w2: GoldenVector; b2: GoldenVector };
  randn_784x10_then_10: { weights: GoldenVector; bias: GoldenVector };
  randn_single: Record<string, GoldenVector>;
  randn_sequence_one_generator: { n: number; values: number[] }[];
  loader_train_3_epochs: GoldenPass[];
  "flow_manual: randn(784,10), randn(10), validate, train, validate, train, validate": GoldenPass[];
  "flow_two_layer: Linear(784,30), Linear(30,10), validate, train, train": GoldenPass[];
  [randperm: `randperm_${number}`]: GoldenVector;
}

/** The order of rows in one pass of a loader. */
export interface GoldenPass extends GoldenVector {
  loader?: "train" | "test";
  sampler_seed: string;
}

/** Reads a file of tests/golden. */
export function readGolden<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(`../../golden/${name}`, import.meta.url)));
}

/** The seeds of rng_vectors.json with what belongs to each. */
export function goldenSeeds(): [number, GoldenSeed][] {
  const { seeds } = readGolden<{ seeds: Record<string, GoldenSeed> }>("rng_vectors.json");
  return Object.entries(seeds).map(([seed, entries]) => [Number(seed), entries]);
}

/** Asserts that `actual` is the golden vector: the first and last values, for a message to read; then every bit. */
export function assertGolden(
  actual: Float32Array | Int32Array | Uint32Array,
  golden: GoldenVector,
  what: string,
): void {
  assertEquals(actual.length, golden.n, `${what}: length`);
  assertEquals([...actual.subarray(0, 8)], golden.first8, `${what}: first values`);
  assertEquals([...actual.subarray(-2)], golden.last2, `${what}: last values`);
  const expected = golden.sha256_f32le ?? golden.sha256_i32le ?? golden.sha256_u32le;
  assertEquals(sha256(actual), expected, `${what}: SHA-256 of all values`);
}

/** SHA-256 of the elements' bytes, little-endian as the machines that Deno runs on are. */
export function sha256(data: ArrayBufferView): string {
  return createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");
}
