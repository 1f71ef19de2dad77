/** A comparison in formats for other programs: CSV, Markdown and JSON. */
import type { Assertion } from "../compare/assertion.ts";
import type { Comparison } from "../compare/compare_runs.ts";
import { apartNotes, comparisonTable, labelOf, shownTests, testTable } from "../compare/comparison_table.ts";
import { unfinishedData, unfinishedTable } from "../compare/unfinished_runs.ts";
import { figureJson } from "../define/figure.ts";
import type { Table } from "../pages/comparison_page.ts";
import { unfinishedText } from "../results/unfinished_run.ts";
import { csvOf } from "../text/csv.ts";
import { markdownTable, markdownText } from "../text/markdown.ts";
import type { ShownTests } from "./comparison_text.ts";

/** What was found about a comparison: which results were edited since, and which assertions hold. */
interface Checked {
  edited: readonly string[];
  assertions: readonly Assertion[];
}

/** All of it. */
export function comparisonJson(comparison: Comparison, { unfinished = [] }: ShownTests, checked: Checked): string {
  return figureJson({ ...comparison, unfinished: unfinished.map(unfinishedData), ...checked });
}

/** One row per run with all digits, for spreadsheets and pandas, which can group and average. Those without results last. */
export function comparisonCsv(
  { rows, groups, params, metrics }: Comparison,
  { unfinished = [] }: ShownTests,
): string {
  const lines = rows.map(({ run, group, params: values, metrics: figures }) => [
    ...[run, labelOf(group, groups)],
    ...params.map((path) => values[path] ?? ""),
    ...metrics.map(({ name }) => figures[name] ?? ""),
  ]);
  const head = ["run", "experiment", ...params, ...metrics.map(({ name }) => name)];
  if (unfinished.length > 0) {
    const blank = head.slice(1).map(() => "");
    [head, ...lines].forEach((line, i) => line.push(i === 0 ? "no_results" : ""));
    lines.push(...unfinished.map((run) => [run.name, ...blank, unfinishedText(run)]));
  }
  return csvOf([head, ...lines]).trimEnd();
}

/** The table, with the best in bold, and the tests: for a pull request. */
export function comparisonMarkdown(
  comparison: Comparison,
  { each = false, tested, unfinished = [] }: ShownTests,
): string {
  const tests = comparison.tests.filter(({ metric }) => tested.includes(metric));
  const parts = [markdownOf(comparisonTable(comparison, each)), ...apartNotes(comparison).map(markdownText)];
  if (unfinished.length > 0) parts.push(markdownOf(unfinishedTable(unfinished)));
  for (const [metric, own] of Map.groupBy(tests, ({ metric }) => metric)) {
    if (shownTests(own).length === 0) continue;
    const title = `${metric} against ${labelOf(own[0].baseline, comparison.groups)}:`;
    parts.push(markdownText(title), markdownOf(testTable(own, comparison)));
  }
  return parts.join("\n\n");
}

function markdownOf({ columns, rows }: Table): string {
  return markdownTable(
    columns.map(({ title, kind }) => ({ title, align: kind === "figure" ? "right" : "left" })),
    rows.map((row) => row.map(({ text, best }) => ({ text, bold: best }))),
  );
}
