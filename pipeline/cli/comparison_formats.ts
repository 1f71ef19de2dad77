/** A comparison in formats for other programs: CSV, Markdown and JSON. */
import type { Assertion } from "../compare/assertion.ts";
import type { Comparison } from "../compare/compare_runs.ts";
import { apartNotes, comparisonTable, shownTests, testTable } from "../compare/comparison_table.ts";
import { figureJson } from "../define/finished_run.ts";
import type { Table } from "../pages/comparison_page.ts";
import type { ShownTests } from "./comparison_text.ts";

/** All of it. */
export function comparisonJson(comparison: Comparison, _: ShownTests, assertions: readonly Assertion[]): string {
  return figureJson({ ...comparison, assertions });
}

/** One row per run with all digits, for spreadsheets and pandas, which can group and average. */
export function comparisonCsv({ rows, params, metrics }: Comparison): string {
  const lines = rows.map(({ run, group, params: values, metrics: figures }) => [
    ...[run, group],
    ...params.map((path) => values[path] ?? ""),
    ...metrics.map(({ name }) => figures[name] ?? ""),
  ]);
  const head = ["run", "experiment", ...params, ...metrics.map(({ name }) => name)];
  return [head, ...lines].map((line) => line.map(csvField).join(",")).join("\n");
}

function csvField(value: unknown): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table, with the best in bold, and the tests: for a pull request. */
export function comparisonMarkdown(comparison: Comparison, { each = false, tested }: ShownTests): string {
  const tests = comparison.tests.filter(({ metric }) => tested.includes(metric));
  const parts = [markdownOf(comparisonTable(comparison, each)), ...apartNotes(comparison).map(escaped)];
  for (const [metric, own] of Map.groupBy(tests, ({ metric }) => metric)) {
    if (shownTests(own).length === 0) continue;
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
