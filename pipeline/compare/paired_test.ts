/** Is B better than A? The paired t test over the seeds that both have. */
import type { Metric } from "./compared_figures.ts";
import { type ComparedRun, onePerDraw } from "./groups.ts";
import { CONFIDENCE, holm, pairedDifference } from "./statistics.ts";

/** The outcome of a test. `open`: no difference is shown, which does not mean that there is none. */
export type Verdict = "better" | "worse" | "open" | "same" | "too few seeds";

/** The test of one figure of an experiment against the baseline. */
export interface PairedTest {
  metric: string;
  baseline: string;
  group: string;
  /** How many seeds both have. */
  n: number;
  /** The group's mean over these seeds minus the baseline's, with its 95 % interval; null where n is too small. */
  difference: number | null;
  interval: [low: number, high: number] | null;
  /** Of the two-sided paired t test, and corrected for multiple tests (Holm): one per experiment and baseline. */
  p: number | null;
  adjusted: number | null;
  verdict: Verdict;
}

/** Tests a figure of every other group against the baseline's. */
export function testsAgainst(
  baseline: string,
  runs: readonly ComparedRun[],
  { name: metric, better }: Metric,
): PairedTest[] {
  const valuesOf = (members: readonly ComparedRun[]) =>
    new Map(onePerDraw(members).map(({ draw, metrics }) => [draw, metrics[metric] ?? null]));
  const groups = Map.groupBy(runs, ({ group }) => group);
  const base = [...valuesOf(groups.get(baseline) ?? [])];
  groups.delete(baseline);
  const tests = [...groups].map(([group, members]): PairedTest => {
    const values = valuesOf(members);
    const pairs = base.map(([draw, value]) => [value, values.get(draw) ?? null])
      .filter((pair): pair is [number, number] => !pair.includes(null));
    const { mean: difference = null, interval = null, p = null } = pairedDifference(
      pairs.map(([a]) => a),
      pairs.map(([, b]) => b),
    ) ?? {};
    return {
      ...{ metric, baseline, group, n: pairs.length, difference, interval, p },
      ...{ adjusted: null, verdict: "too few seeds" },
    };
  });
  const tested = tests.filter(({ p }) => p !== null);
  const adjusted = holm(tested.map(({ p }) => p!));
  tested.forEach((test, i) => {
    const { difference, interval } = test;
    test.adjusted = adjusted[i];
    if (interval!.every((end) => end === 0)) test.verdict = "same";
    else if (better === null || adjusted[i] > 1 - CONFIDENCE) test.verdict = "open";
    else test.verdict = (difference! > 0) === (better === "higher") ? "better" : "worse";
  });
  return tests;
}
