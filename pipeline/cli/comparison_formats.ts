/** A comparison in formats for other programs: CSV and Markdown. */
import type { Comparison } from "../compare/compare_runs.ts";
import { comparisonTable, testTable } from "../compare/comparison_table.ts";
import { unfinishedTable } from "../compare/unfinished_runs.ts";
import type { Table } from "../pages/comparison_page.ts";
import { unfinishedText } from "../results/unfinished_run.ts";
import type { ShownTests } from "./comparison_text.ts";

/** One row per run with all digits, for spreadsheets and pandas, which can group and average. Those without results last. */
export function comparisonCsv({ rows, params, metrics }: Comparison, { unfinished = [] }: ShownTests): string {
  const lines = rows.map(({ run, group, params: values, metrics: figures }) => [
    ...[run, group],
    ...params.map((path) => values[path] ?? ""),
    ...metrics.map(({ name }) => figures[name] ?? ""),
  ]);
  const head = ["run", "experiment", ...params, ...metrics.map(({ name }) => name)];
  if (unfinished.length > 0) {
    const blank = head.slice(1).map(() => "");
    [head, ...lines].forEach((line, i) => line.push(i === 0 ? "no_results" : ""));
    lines.push(...unfinished.map((run) => [run.name, ...blank, unfinishedText(run)]));
  }
  return [head, ...lines].map((line) => line.map(csvField).join(",")).join("\n");
}

function csvField(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table, with the best in bold, and the tests: for a pull request. */
export function comparisonMarkdown(
  comparison: Comparison,
  { each = false, tested, unfinished = [] }: ShownTests,
): string {
  const tests = comparison.tests.filter(({ metric, p }) => tested.includes(metric) && p !== null);
  const parts = [markdownOf(comparisonTable(comparison, each))];
  if (unfinished.length > 0) parts.push(markdownOf(unfinishedTable(unfinished)));
  for (const [metric, own] of Map.groupBy(tests, ({ metric }) => metric)) {
    parts.push(`${metric} against ${own[0].baseline}:`, markdownOf(testTable(own, comparison)));
  }
  return parts.join("\n\n");
}

function markdownOf({ columns, rows }: Table): string {
  return [
    columns.map(({ title }) => escaped(title)),
    columns.map(({ kind }) => (kind === "figure" ? "---:" : "---")),
    ...rows.map((row) => row.map(({ text, best }) => (best ? `**${escaped(text)}**` : escaped(text)))),
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Escapes what has a meaning in Markdown. */
function escaped(text: string): string {
  return text.trim().replaceAll(/[\\|*_`<>[\]]/g, "\\$&");
}
