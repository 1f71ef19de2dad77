import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { logTicks, spansDecades, valueAxis } from "../../../pipeline/charts/value_axis.ts";

Deno.test("spansDecades() is true when positive values differ by more than a factor of 20", () => {
  assertEquals(spansDecades([1, 20]), false);
  assertEquals(spansDecades([1, 21]), true);
  assertEquals(spansDecades([0, 21]), false);
  assertEquals(spansDecades([-1, 21]), false);
  assertEquals(spansDecades([]), false);
});

Deno.test("logTicks() gives round values around the data", () => {
  assertEquals(logTicks(1.3, 152), [1, 2, 5, 10, 20, 50, 100, 200]);
  assertEquals(logTicks(0.02, 0.5), [0.02, 0.05, 0.1, 0.2, 0.5]);
  assertEquals(logTicks(3, 1e6), [1, 10, 100, 1000, 10000, 100000, 1000000]);
});

Deno.test("logTicks() encloses any values in ascending ticks", () => {
  const positive = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
  fc.assert(fc.property(positive, positive, (a, b) => {
    const [least, most] = [Math.min(a, b), Math.max(a, b)];
    const ticks = logTicks(least, most);
    assert(ticks[0] <= least && ticks[ticks.length - 1] >= most);
    for (let i = 1; i < ticks.length; i++) assert(ticks[i] > ticks[i - 1]);
  }));
});

Deno.test("valueAxis() is logarithmic for wide data, and starts at zero for data near it", () => {
  assertEquals(valueAxis([1, 150], "loss")?.type, "logarithmic");
  const near = valueAxis([1, 15], "loss");
  assertEquals([near?.type, near?.type === "linear" && near.beginAtZero], ["linear", true]);
  const far = valueAxis([80, 100], "loss");
  assertEquals(far?.type === "linear" && far.beginAtZero, false);
});
