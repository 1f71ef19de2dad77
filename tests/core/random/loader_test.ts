import { assertEquals, assertThrows } from "@std/assert";
import { EpochOrder } from "../../../core/random/epoch_order.ts";
import { Generator } from "../../../core/random/generator.ts";
import { DefaultLoader } from "./default_loader.ts";
import { sha256 } from "./golden.ts";

Deno.test("DefaultLoader.pass() draws one int64 and keeps the order if it does not shuffle", () => {
  const generator = new Generator(7);
  assertEquals(new DefaultLoader(generator, 4, false).pass(), { order: Int32Array.of(0, 1, 2, 3), samplerSeed: null });
  const expected = new Generator(7);
  expected.randomInt64();
  assertEquals(generator.randomInt64(), expected.randomInt64());
});

/** SHA-256 of PyTorch's orders of 60,000 rows in the first three epochs, as little-endian uint32, by seed. */
const ORDERS: Record<number, string[]> = {
  0: [
    "a803f09a311c42afe01c4419a6fb8ad613a87f5a4c14c3bec8ef8361f99ddc5a",
    "0965848758ee2260c61f229197c0f81732e27c12c3a23b270f969d21b332c20d",
    "555556efe4243576408f8b60c99ef93432bd74cdb3463018f6e26b3fbd8e014a",
  ],
  1: [
    "b596a395905c80932624e1aa647cbd018eb7c2c704423f702779ee0c61a309c6",
    "ee76819e9b1459bf3bcbc8acd867d6d9e6622dde5bb3b35f70d7e01d0ae346cd",
    "cd8e4e1fe8b09e12e31165b5e03ead7c63a902f9af6ad5e765012113626d073a",
  ],
  2: [
    "b57c1c601a95cbe88beba70bf082a0178cd537e12d40fb11cd9d19394a1338e7",
    "c59ad843f1e1c81b139ecd887bfea6dbe163e6fb4d0a53baa5d809ece0bff958",
    "6f0b9e2a117e0976f40475e8f990301ac0df9ed689abc3d9e2fe790c4be819d4",
  ],
};

for (const [seed, digests] of Object.entries(ORDERS)) {
  Deno.test(`EpochOrder.epoch() is the order of \`for batch in DataLoader(generator=…)\` for seed ${seed}`, () => {
    const orders = new EpochOrder(Number(seed), 60000, true);
    assertEquals(digests.map((_, i) => sha256(orders.epoch(i + 1))), digests);
  });
}

Deno.test("EpochOrder.epoch() returns the same orders if epochs are requested in any order", () => {
  const straight = new EpochOrder(3, 1000, true);
  const expected = [1, 2, 3, 4, 5].map((epoch) => straight.epoch(epoch));
  const jumping = new EpochOrder(3, 1000, true);
  for (const epoch of [4, 5, 2, 2, 1, 3]) assertEquals(jumping.epoch(epoch), expected[epoch - 1], `epoch ${epoch}`);
});

Deno.test("EpochOrder.epoch() keeps the rows' order if it does not shuffle", () => {
  assertEquals(new EpochOrder(3, 4, false).epoch(2), Int32Array.of(0, 1, 2, 3));
});

Deno.test("EpochOrder() throws a RangeError if rows or epoch are not integers of at least 1", () => {
  assertThrows(() => new EpochOrder(0, 0, true), RangeError, "found 0");
  assertThrows(() => new EpochOrder(0, 5, true).epoch(0), RangeError, "found 0");
  assertThrows(() => new EpochOrder(0, 5, true).epoch(1.5), RangeError, "found 1.5");
});
