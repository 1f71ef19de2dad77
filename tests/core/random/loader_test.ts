import { assertEquals, assertThrows } from "@std/assert";
import { EpochOrder } from "../../../core/random/epoch_order.ts";
import { Generator } from "../../../core/random/generator.ts";
import { DefaultLoader } from "./default_loader.ts";
import { readGolden, sha256 } from "./golden.ts";

Deno.test("DefaultLoader.pass() draws one int64 and keeps the order if it does not shuffle", () => {
  const generator = new Generator(7);
  assertEquals(new DefaultLoader(generator, 4, false).pass(), { order: Int32Array.of(0, 1, 2, 3), samplerSeed: null });
  const expected = new Generator(7);
  expected.randomInt64();
  assertEquals(generator.randomInt64(), expected.randomInt64());
});

Deno.test("EpochOrder.epoch() returns the order of a DataLoader that is walked to its end in every epoch", () => {
  const golden = readGolden<Record<string, string[]>>("epoch_orders.json");
  assertEquals(Object.keys(golden), ["0", "1", "2"]);
  for (const [seed, epochs] of Object.entries(golden)) {
    const orders = new EpochOrder(Number(seed), 60000, true);
    epochs.forEach((digest, i) => assertEquals(sha256(orders.epoch(i + 1)), digest, `seed ${seed}, epoch ${i + 1}`));
  }
});

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
