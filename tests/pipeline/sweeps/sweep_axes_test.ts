import { assertAlmostEquals, assertEquals } from "@std/assert";
import { epochAxis, figureAxis, parameterAxis } from "../../../pipeline/sweeps/sweep_axes.ts";
import type { SweepReport } from "../../../pipeline/sweeps/sweep_report.ts";
import { LR, madeSweep, MODEL, MOMENTUM, SIZE } from "./fake_sweep.ts";

/** A sweep whose trials have these figures; null for one that failed. */
function withFigures(means: readonly (number | null)[], goal: "maximize" | "minimize" = "maximize"): SweepReport {
  const report = madeSweep({ trials: means.length, goal });
  const trials = report.trials.map((trial, i) => {
    return { ...trial, mean: means[i], status: means[i] === null ? "failed" as const : "finished" as const };
  });
  return { ...report, trials };
}

Deno.test("the axis of a range has a log scale where the range says so", () => {
  const [lr, momentum] = [LR, MOMENTUM].map(parameterAxis);
  assertEquals([lr.label, momentum.label], ["lr (log)", "momentum"]);
  assertEquals(lr.ticks.map(({ text }) => text), ["0.0001", "0.001", "0.01", "0.1", "1"]);
  assertAlmostEquals(lr.place(0.01)!, 0.5);
  assertAlmostEquals(momentum.place(0.5)!, 0.5);
  assertEquals([lr.place("0.01"), lr.place(undefined), lr.place(5)], [null, null, 1]);
});

Deno.test("values are categories, in the words that tell them apart, and trials of one value do not cover each other", () => {
  assertEquals(parameterAxis(MODEL).ticks.map(({ text }) => text), [
    "linear(784,30)",
    "linear(784,100)",
    "linear(784,300)",
  ]);
  const axis = parameterAxis(SIZE);
  assertEquals(axis.ticks.map(({ at }) => at), [0.125, 0.375, 0.625, 0.875]);
  const places = Array.from({ length: 50 }, (_, trial) => axis.place(32, trial)!);
  assertEquals(new Set(places).size, 50);
  assertEquals(places.every((place) => Math.abs(place - 0.375) < 0.06), true);
  assertEquals(axis.place(33, 0), null);
});

Deno.test("a few bad figures leave room for the differences between good ones, and are at the edge", () => {
  const good = Array.from({ length: 18 }, (_, i) => 0.95 + i / 1000);
  const axis = figureAxis(withFigures([...good, 0.1, 0.098]));
  assertEquals(axis.ticks[0], { at: 0, text: "≤ 95 %" });
  assertEquals([axis.place(0.1), axis.place(0.098)], [0, 0]);
  assertEquals(axis.place(0.96)! > 0.4, true);
  const losses = figureAxis(withFigures([...good.map((value) => 1.95 - value), 9, 10], "minimize"));
  assertEquals(losses.ticks.at(-1)!.text, "≥ 1");
  assertEquals(losses.place(10), 1);
  assertEquals(figureAxis(withFigures([0.1, 0.5, 0.9])).ticks[0].text, "0 %", "nothing stands out");
  const curves = figureAxis(withFigures([0.95, 0.96]), [0.1, 0.95, null, 0.96]);
  assertEquals(curves.ticks[0].text, "≤ 95 %", "an untrained model is worse than all that is compared");
});

Deno.test("failed trials have a place beyond the worst figure", () => {
  const [best, least] = ["maximize", "minimize"].map((goal) =>
    figureAxis(withFigures([0.5, 0.9, null], goal as "maximize"))
  );
  assertEquals([best.ticks.at(-1), best.place(null)], [{ at: -0.1, text: "failed" }, -0.1]);
  assertEquals([least.ticks.at(-1), least.place(null)], [{ at: 1.1, text: "failed" }, 1.1]);
  assertEquals(figureAxis(withFigures([0.5, 0.9])).ticks.some(({ text }) => text === "failed"), false);
  assertEquals(figureAxis(withFigures([null])).place(null), -0.1, "without any figure");
});

Deno.test("rungs are at equal distances; epochs are where there are none", () => {
  const axis = epochAxis(madeSweep());
  assertEquals([0, 1, 3, 9, 18, 27].map((epoch) => axis.place(epoch)), [0, 0.25, 0.5, 0.75, 0.875, 1]);
  assertEquals([axis.ticks.map(({ text }) => text), axis.rungs], [["0", "1", "3", "9", "27"], [1, 3, 9, 27]]);
  const plain = epochAxis(madeSweep({ rungs: [20] }));
  assertEquals([plain.place(10), plain.rungs, plain.ticks.at(-1)], [0.5, [], { at: 1, text: "20" }]);
});
