import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { axisOver, logTicksOver, placeOn, tickLabel, ticksOver } from "../../../pipeline/charts/axis.ts";

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

Deno.test("numbers whose ticks would underflow are 0 on an axis", () => {
  for (const values of [[1e-320], [3e-310, 1e-310], [2e-320, 1e-322, 5e-324], [1e-300, 1e-323]]) {
    const { ticks, isLog } = axisOver(values, "number");
    assert(
      !isLog && ticks.length > 1 && ticks.every((tick, i) => i === 0 || tick - ticks[i - 1] > 1e-303),
      String(ticks),
    );
  }
});

Deno.test("logTicksOver() gives steps of 1, 2 and 5 around the values, and powers of ten over many", () => {
  assertEquals(logTicksOver(1.3, 150), [1, 2, 5, 10, 20, 50, 100, 200]);
  assertEquals(logTicksOver(0.02, 0.5), [0.02, 0.05, 0.1, 0.2, 0.5]);
  assertEquals(logTicksOver(3, 1e6), [1, 10, 100, 1000, 10000, 100000, 1000000]);
  assertEquals(logTicksOver(1, 100), [1, 2, 5, 10, 20, 50, 100]);
  const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
  fc.assert(fc.property(positive, positive, (a, b) => {
    const ticks = logTicksOver(Math.min(a, b), Math.max(a, b));
    assert(ticks[0] <= Math.min(a, b) && ticks[ticks.length - 1] >= Math.max(a, b));
    for (let i = 1; i < ticks.length; i++) assert(ticks[i] > ticks[i - 1]);
    assert(ticks.length <= 13, String(ticks));
  }));
});

Deno.test("axisOver() is logarithmic for positive numbers that differ by more than a factor of 20", () => {
  const isLog = (...values: number[]) => axisOver(values, "number").isLog;
  assertEquals([isLog(1, 20), isLog(1, 21), isLog(0, 21), isLog(-1, 21), isLog()], [false, true, false, false, false]);
  assertEquals(axisOver([0.01, 0.9], "percent").isLog, false);
  assertEquals(axisOver([0.01, 0.9], "number", undefined, false).isLog, false);
});

Deno.test("axisOver() starts at zero for values near it, and reaches to the largest that there can be", () => {
  assertEquals(axisOver([1, 15], "number").ticks[0], 0);
  assertEquals(axisOver([80, 100], "number").ticks[0], 80);
  assertEquals(axisOver([0.9, 0.97], "percent").ticks[0], 0.9);
  assertEquals(axisOver([0.1, 0.2], "percent", 1).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assertEquals(axisOver([1, 2], "count", 3).ticks, [0, 1, 2, 3]);
  assertEquals(axisOver([0.97], "percent").ticks.every((tick) => tick >= 0.95 && tick <= 1), true);
});

Deno.test("placeOn() is 0 at the first tick and 1 at the last, by the logarithm where the axis is logarithmic", () => {
  const linear = { ticks: [0, 5, 10], isLog: false };
  assertEquals([placeOn(linear, 0), placeOn(linear, 2.5), placeOn(linear, 10)], [0, 0.25, 1]);
  const log = { ticks: [1, 10, 100], isLog: true };
  assertAlmostEquals(placeOn(log, 10), 0.5, 1e-12);
  assertEquals(placeOn({ ticks: [3], isLog: false }, 3), 0);
});

Deno.test("tickLabel() writes a value in its unit", () => {
  assertEquals([tickLabel(0.1 + 0.2, "percent"), tickLabel(20000, "number")], ["30 %", "20,000"]);
});
