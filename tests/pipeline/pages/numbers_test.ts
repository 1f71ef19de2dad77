import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { logTicksOver, ticksOver } from "../../../pipeline/pages/page_numbers.ts";

Deno.test("ticksOver() gives round numbers that cover the values", () => {
  assertEquals(ticksOver(0, 9, 5), [0, 2, 4, 6, 8, 10]);
  assertEquals(ticksOver(0.1, 0.968, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assertEquals(ticksOver(0, 40, 8), [0, 5, 10, 15, 20, 25, 30, 35, 40]);
  assertEquals(ticksOver(3, 3, 5), [3]);
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6 }), (low, size) => {
      fc.pre(size === size);
      const ticks = ticksOver(low, low + size, 5);
      assert(ticks[0] <= low + size * 1e-6 && ticks.at(-1)! >= low + size - size * 1e-6, String(ticks));
      assert(ticks.length >= 3 && ticks.length <= 8, String(ticks));
    }),
  );
});

Deno.test("logTicksOver() gives steps of 1, 2 and 5 that cover the values, and powers of ten over many", () => {
  assertEquals(logTicksOver(1.3, 150), [1, 2, 5, 10, 20, 50, 100, 200]);
  assertEquals(logTicksOver(0.0003, 90), [0.0001, 0.001, 0.01, 0.1, 1, 10, 100]);
  assertEquals(logTicksOver(1, 100), [1, 2, 5, 10, 20, 50, 100]);
});
