/** The content of the page of several runs. */
import type { Terms } from "../define/terms.ts";
import type { ComparisonData, TableData } from "../pages/comparison_page.ts";
import { comparedCurves } from "./compared_curves.ts";
import type { Comparison } from "./compare_runs.ts";
import { apartNotes, comparisonTable, labelOf, shownTests, testTable } from "./comparison_table.ts";
import { repeatedRuns } from "./groups.ts";
import { commonExperiment } from "./labels.ts";
import type { FoundRun } from "./stored_runs.ts";
import { type FoundUnfinished, unfinishedTable } from "./unfinished_runs.ts";

/** A longer title of labels is replaced by how many there are. */
const MAX_TITLE = 48;

/** Puts a comparison into tables and curves. */
export function comparisonReport(
  comparison: Comparison,
  runs: readonly FoundRun[],
  terms: Terms,
  unfinished: readonly FoundUnfinished[] = [],
): ComparisonData {
  const { groups, rows, tests, metrics } = comparison;
  const labels = groups.map(({ label }) => label).join(" · ");
  const brief = labels.length <= MAX_TITLE ? labels : `${groups.length} experiments, ${rows.length} runs`;
  const common = commonExperiment(groups.map(({ name }) => name));
  const title = common === null ? brief : `${common}: ${brief}`;
  const edited = runs.filter(({ name }) => rows.some(({ run }) => run === name)).flatMap((run) => run.edited);
  const figures: TableData = {
    ...comparisonTable(comparison, groups.some(({ seeds }) => seeds > 1)),
    title: "Figures",
    about: [
      "Only the params that differ. ★ is the best; ± half of the 95 % confidence interval of the mean over n seeds.",
      ...edited.map((text) => `${text}.`),
    ].join(" "),
  };
  const tested = metrics.flatMap(({ name, title }): TableData[] => {
    const own = tests.filter(({ metric }) => metric === name);
    const about = "Paired t test over the seeds that both have; p is corrected for multiple tests (Holm).";
    if (shownTests(own).length === 0) return [];
    return [{ ...testTable(own, comparison), title: `${title} against ${labelOf(own[0].baseline, groups)}`, about }];
  });
  const about = "They failed, were stopped or are in progress, and count nowhere.";
  const without = unfinished.length > 0
    ? [{ ...unfinishedTable(unfinished), title: "Runs without results", about }]
    : [];
  const { charts, notes } = comparedCurves(comparison, runs, terms);
  const all = [...repeatedRuns(comparison.rows), ...apartNotes(comparison), ...notes];
  return { title, tables: [figures, ...without, ...tested], charts, notes: all };
}
