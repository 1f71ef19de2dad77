import { assert, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { decodeJson } from "../../../pipeline/formats/json.ts";
import { decodeNpy, encodeNpy } from "../../../pipeline/formats/npy.ts";
import type { Batches } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { batch } from "../../../pipeline/classifier/stages/batch.ts";
import { artifactOf, type Outputs, runPlain, schemaOf } from "./in_memory.ts";

/** Runs the stage on a training set with this many rows; it reads the labels only to count them. */
function batchesOf(rows: number, params: Record<string, unknown>): Promise<Outputs> {
  return runPlain(batch, params, { train_labels: artifactOf(encodeNpy("u1", [rows], new Uint8Array(rows))) });
}

function splitOf(outputs: Outputs): Batches {
  return decodeJson<Batches>(outputs.batches.bytes());
}

function orderOf(outputs: Outputs): Int32Array {
  return decodeNpy(outputs.first_order.bytes(), "first_order").data as Int32Array;
}

Deno.test("batch() splits 60000 rows into 938 batches of 64, the last of 32, by default", async () => {
  const expected = { rows: 60000, size: 64, shuffle: true, seed: 0, batches: 938, last: 32 };
  assertEquals(splitOf(await batchesOf(60000, {})), expected);
});

/** SHA-256 of PyTorch's order of 60,000 rows in epoch 1, as little-endian uint32, by seed. */
const FIRST_ORDERS = [
  "a803f09a311c42afe01c4419a6fb8ad613a87f5a4c14c3bec8ef8361f99ddc5a",
  "b596a395905c80932624e1aa647cbd018eb7c2c704423f702779ee0c61a309c6",
  "b57c1c601a95cbe88beba70bf082a0178cd537e12d40fb11cd9d19394a1338e7",
];

for (const [seed, digest] of FIRST_ORDERS.entries()) {
  Deno.test(`batch() outputs torch's order of epoch 1 for the seed ${seed}`, async () => {
    const rows = orderOf(await batchesOf(60000, { seed }));
    assertStrictEquals(digestOfBytes(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)), digest);
  });
}

Deno.test("batch() keeps the dataset's order if shuffle is false, for any seed", async () => {
  for (const seed of [0, 5]) {
    const outputs = await batchesOf(100, { shuffle: false, seed });
    assertEquals(Array.from(orderOf(outputs)), Array.from({ length: 100 }, (_, row) => row));
    assertStrictEquals(splitOf(outputs).shuffle, false);
  }
});

Deno.test("batch() contains every row once if it shuffles", async () => {
  const rows = orderOf(await batchesOf(1000, { seed: 3 }));
  assertEquals(Array.from(rows).sort((a, b) => a - b), Array.from({ length: 1000 }, (_, row) => row));
  assertNotEquals(Array.from(rows), Array.from(orderOf(await batchesOf(1000, { seed: 4 }))));
});

Deno.test("the order of batch() does not depend on the batch size", async () => {
  const [small, large] = [await batchesOf(500, { size: 1 }), await batchesOf(500, { size: 500 })];
  assertStrictEquals(small.first_order.digest, large.first_order.digest);
});

const SPLITS = [
  { rows: 128, size: 64, batches: 2, last: 64 },
  { rows: 129, size: 64, batches: 3, last: 1 },
  { rows: 127, size: 64, batches: 2, last: 63 },
  { rows: 10, size: 1, batches: 10, last: 1 },
  { rows: 10, size: 10, batches: 1, last: 10 },
  { rows: 10, size: 64, batches: 1, last: 10 },
  { rows: 1, size: 64, batches: 1, last: 1 },
];

for (const { rows, size, batches, last } of SPLITS) {
  Deno.test(`batch() splits ${rows} rows by ${size} into ${batches} batches, the last of ${last}`, async () => {
    const split = splitOf(await batchesOf(rows, { size }));
    assertEquals([split.batches, split.last], [batches, last]);
    assertStrictEquals((split.batches - 1) * Math.min(size, rows) + split.last, rows);
  });
}

Deno.test("batch.params rejects a size that is not a positive integer, and a negative seed", () => {
  for (const size of [0, -64, 1.5, "64"]) assert(!schemaOf(batch).safeParse({ size }).success, `size ${size}`);
  for (const seed of [-1, 0.5]) assert(!schemaOf(batch).safeParse({ seed }).success, `seed ${seed}`);
});
