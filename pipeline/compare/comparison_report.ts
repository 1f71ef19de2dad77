/** The content of the page of several runs. */
import type { Terms } from "../define/terms.ts";
import type { ComparisonData, TableData } from "../pages/comparison_page.ts";
import { comparedCurves } from "./compared_curves.ts";
import type { Comparison } from "./compare_runs.ts";
import { comparisonTable, testTable } from "./comparison_table.ts";
import type { FoundRun } from "./stored_runs.ts";
import { type FoundUnfinished, unfinishedTable } from "./unfinished_runs.ts";

/** A longer title of names is replaced by how many there are. */
const MAX_TITLE = 48;

/** Puts a comparison into tables and curves. */
export function comparisonReport(
  comparison: Comparison,
  runs: readonly FoundRun[],
  terms: Terms,
  unfinished: readonly FoundUnfinished[] = [],
): ComparisonData {
  const { groups, rows, tests, metrics } = comparison;
  const names = groups.map(({ name }) => name).join(" · ");
  const title = names.length <= MAX_TITLE ? names : `${groups.length} experiments, ${rows.length} runs`;
  const figures: TableData = {
    ...comparisonTable(comparison, groups.some(({ seeds }) => seeds > 1)),
    title: "Figures",
    about:
      "Only the params that differ. ★ is the best; ± half of the 95 % confidence interval of the mean over n seeds.",
  };
  const tested = metrics.flatMap(({ name, title }): TableData[] => {
    const own = tests.filter(({ metric }) => metric === name);
    const about = "Paired t test over the seeds that both have; p is corrected for multiple tests (Holm).";
    if (own.every(({ p }) => p === null)) return [];
    return [{ ...testTable(own, comparison), title: `${title} against ${own[0].baseline}`, about }];
  });
  const about = "They failed, were stopped or are in progress, and count nowhere.";
  const without = unfinished.length > 0
    ? [{ ...unfinishedTable(unfinished), title: "Runs without results", about }]
    : [];
  return { title, tables: [figures, ...without, ...tested], ...comparedCurves(comparison, runs, terms) };
}
