/** What the page of several runs shows. */
import type { Terms } from "../define/terms.ts";
import type { ComparisonData, TableData } from "../pages/comparison_page.ts";
import { comparedCurves } from "./compared_curves.ts";
import type { Comparison } from "./compare_runs.ts";
import { comparisonTable, testTable } from "./comparison_table.ts";
import type { FoundRun } from "./stored_runs.ts";

/** A title of names that is longer says how many there are instead. */
const LONGEST_TITLE = 48;

/** Puts a comparison into tables and curves. */
export function comparisonReport(comparison: Comparison, runs: readonly FoundRun[], terms: Terms): ComparisonData {
  return { title: titleOf(comparison), tables: tablesOf(comparison), ...comparedCurves(comparison, runs, terms) };
}

function titleOf({ groups, rows }: Comparison): string {
  const names = groups.map(({ name }) => name);
  const title = names.join(" · ");
  return title.length <= LONGEST_TITLE ? title : `${names.length} experiments, ${rows.length} runs`;
}

function tablesOf(comparison: Comparison): TableData[] {
  const { groups, tests, metrics } = comparison;
  const figures: TableData = {
    ...comparisonTable(comparison, groups.some(({ seeds }) => seeds > 1)),
    title: "Figures",
    about:
      "Only the params that differ. ★ is the best; ± half of the 95 % confidence interval of the mean over n seeds.",
  };
  const tested = metrics.filter(({ name }) => tests.some((test) => test.metric === name && test.p !== null));
  return [
    figures,
    ...tested.map(({ name, title }): TableData => {
      const own = tests.filter(({ metric }) => metric === name);
      const about = "Paired t test over the seeds that both have; p is corrected for multiple tests (Holm).";
      return { ...testTable(own, comparison), title: `${title} against ${own[0].baseline}`, about };
    }),
  ];
}
