/** A comparison in formats for other programs: CSV and Markdown. */
import type { Comparison } from "../compare/compare_runs.ts";
import { comparisonTable, testTable } from "../compare/comparison_table.ts";
import type { Table } from "../pages/comparison_page.ts";
import { csvOf } from "../text/csv.ts";
import { markdownTable, markdownText } from "../text/markdown.ts";
import type { ShownTests } from "./comparison_text.ts";

/** One row per run with all digits, for spreadsheets and pandas, which can group and average. */
export function comparisonCsv({ rows, params, metrics }: Comparison): string {
  const lines = rows.map(({ run, group, params: values, metrics: figures }) => [
    ...[run, group],
    ...params.map((path) => values[path]),
    ...metrics.map(({ name }) => figures[name]),
  ]);
  const head = ["run", "experiment", ...params, ...metrics.map(({ name }) => name)];
  return csvOf([head, ...lines]).trimEnd();
}

/** The table, with the best in bold, and the tests: for a pull request. */
export function comparisonMarkdown(comparison: Comparison, { each = false, tested }: ShownTests): string {
  const tests = comparison.tests.filter(({ metric, p }) => tested.includes(metric) && p !== null);
  const parts = [markdownOf(comparisonTable(comparison, each))];
  for (const [metric, own] of Map.groupBy(tests, ({ metric }) => metric)) {
    const title = `${metric} against ${own[0].baseline}:`;
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
