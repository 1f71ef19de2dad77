/** Is B better than A? The paired t test over the seeds that both have. */
import type { Metric } from "./compared_figures.ts";
import { type ComparedRun, onePerDraw } from "./groups.ts";
import { CONFIDENCE, holm, pairedDifference } from "./statistics.ts";

/** What a test says of an experiment beside the baseline. `open`: no difference is shown, which is not to say there is none. */
export type Verdict = "better" | "worse" | "open" | "same" | "too few seeds";

/** The test of one figure of an experiment against the baseline. */
export interface PairedTest {
  metric: string;
  baseline: string;
  group: string;
  /** How many seeds both have. */
  n: number;
  /** The mean over these seeds of the group's value less the baseline's; null when they share none. */
  difference: number | null;
  /** Its 95 % interval, by Student's t; null with fewer than two seeds. */
  interval: [low: number, high: number] | null;
  /** Of the two-sided paired t test. */
  p: number | null;
  /** p corrected for multiple tests (Holm): there is one for each experiment beside the baseline. */
  adjusted: number | null;
  verdict: Verdict;
}

/** Tests a figure of every other group against the baseline's. */
export function testsAgainst(baseline: string, runs: readonly ComparedRun[], metric: Metric): PairedTest[] {
  const groups = Map.groupBy(runs, ({ group }) => group);
  const base = onePerDraw(groups.get(baseline) ?? []);
  const tests = [...groups].filter(([name]) => name !== baseline)
    .map(([name, members]) => testOf(baseline, base, name, onePerDraw(members), metric));
  const tested = tests.filter((test) => test.p !== null);
  const adjusted = holm(tested.map((test) => test.p!));
  tested.forEach((test, i) => {
    test.adjusted = adjusted[i];
    test.verdict = verdictOf(test, metric);
  });
  return tests;
}

function testOf(
  baseline: string,
  base: readonly ComparedRun[],
  group: string,
  members: readonly ComparedRun[],
  { name: metric }: Metric,
): PairedTest {
  const byDraw = new Map(members.map((run) => [run.draw, run.metrics[metric] ?? null]));
  const pairs = base.map((run) => [run.metrics[metric] ?? null, byDraw.get(run.draw) ?? null])
    .filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null);
  const found = pairedDifference(pairs.map(([a]) => a), pairs.map(([, b]) => b));
  return {
    metric,
    baseline,
    group,
    n: pairs.length,
    difference: found?.mean ?? null,
    interval: found?.interval ?? null,
    p: found?.p ?? null,
    adjusted: null,
    verdict: "too few seeds",
  };
}

function verdictOf({ difference, interval, adjusted }: PairedTest, { better }: Metric): Verdict {
  const [low, high] = interval!;
  if (low === 0 && high === 0) return "same";
  if (better === null || adjusted! > 1 - CONFIDENCE) return "open";
  return (difference! > 0) === (better === "higher") ? "better" : "worse";
}
