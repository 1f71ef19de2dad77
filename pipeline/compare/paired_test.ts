/** Is B better than A? The paired t test over the seeds that both have. */
import type { Metric } from "./compared_figures.ts";
import { type ComparedRun, onePerDraw } from "./groups.ts";
import { CONFIDENCE, holm, pairedDifference } from "./statistics.ts";

/**
 * The outcome of a test. `open`: no difference is shown, which does not mean that there is none. `no spread`: over the
 * seeds, the difference varies by less than the figure can show. `not finite`: a value is infinite, NaN or missing.
 */
export type Verdict = "better" | "worse" | "open" | "same" | "too few seeds" | "no spread" | "not finite";

/** The test of one figure of an experiment against the baseline. */
export interface PairedTest {
  metric: string;
  baseline: string;
  group: string;
  /** How many seeds both have. */
  n: number;
  /** The group's mean over these seeds minus the baseline's, with its 95 % interval; null where there is none. */
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
  { name: metric, better, step }: Metric,
): PairedTest[] {
  const valuesOf = (members: readonly ComparedRun[]) =>
    new Map(onePerDraw(members).filter((run) => metric in run.metrics).map((run) => [run.draw, run.metrics[metric]]));
  const width = Math.max(0, ...runs.map(({ metrics }) => stepIn(metrics, step)));
  const groups = Map.groupBy(runs, ({ group }) => group);
  const base = [...valuesOf(groups.get(baseline) ?? [])];
  groups.delete(baseline);
  const tests = [...groups].map(([group, members]): PairedTest => {
    const values = valuesOf(members);
    const pairs = base.filter(([draw]) => values.has(draw)).map(([draw, value]) => [value, values.get(draw)!]);
    const known = pairs.filter((pair): pair is [number, number] => pair.every(Number.isFinite));
    const whole = known.length === pairs.length;
    const found = whole ? pairedDifference(known.map(([a]) => a), known.map(([, b]) => b), width) : null;
    const { mean: difference = null, interval = null, p = null } = found ?? {};
    const verdict = !whole ? "not finite" : pairs.length < 2 ? "too few seeds" : "no spread";
    return { metric, baseline, group, n: pairs.length, difference, interval, p, adjusted: null, verdict };
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

/** The smallest difference between two values of a figure in a run: 1/32 for a share of 32; 0 if it is not known. */
function stepIn(metrics: ComparedRun["metrics"], step: Metric["step"]): number {
  const width = typeof step === "string" ? 1 / (metrics[step] ?? Infinity) : step ?? 0;
  return Number.isFinite(width) ? width : 0;
}
