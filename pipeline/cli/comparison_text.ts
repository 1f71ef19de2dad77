/** A comparison as the terminal shows it: a table that fits its width, with the tests below. */
import { compareRuns, type Comparison, type StoredRun } from "../compare/compare_runs.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Terms } from "../define/terms.ts";
import { apartNotes, comparisonTable, labelOf, shownTests, testTable } from "../compare/comparison_table.ts";
import { repeatedRuns } from "../compare/groups.ts";
import { type FoundUnfinished, unfinishedTable } from "../compare/unfinished_runs.ts";
import type { Cell, Column, Table } from "../pages/comparison_page.ts";
import {
  type Align,
  bold,
  dim,
  green,
  print,
  printWarnings,
  tableText,
  terminalWidth,
  visibleLength,
  wrapText,
} from "./terminal.ts";

/** What is shown of a comparison. */
export interface ShownTests {
  /** Whether each run has a row below its experiment; by default if there is only one experiment. */
  each?: boolean;
  /** The figures whose tests are shown. */
  tested: readonly string[];
  /** Those of the requested runs that have no results. */
  unfinished?: readonly FoundUnfinished[];
}

/** The figures whose tests are shown by default: the first one of which more, or less, is better. */
export function testedFigures({ metrics }: Comparison): string[] {
  return metrics.filter(({ better }) => better !== null).slice(0, 1).map(({ name }) => name);
}

/** What a comparison has to know about a pipeline. */
export async function comparisonTerms(pipeline: Pipeline): Promise<Terms> {
  const { termsOf } = await import("../define/terms.ts");
  const { seedPaths } = await import("../experiment/schema.ts");
  return termsOf(pipeline.figures, seedPaths(pipeline));
}

/** Prints the figures of several runs in one table. */
export function printComparison(runs: readonly StoredRun[], terms: Terms): void {
  const comparison = compareRuns(runs, terms);
  printWarnings(repeatedRuns(comparison.rows));
  print(`\n${comparisonText(comparison, { tested: testedFigures(comparison) })}`);
}

/** The comparison as text. */
export function comparisonText(comparison: Comparison, { each, tested, unfinished = [] }: ShownTests): string {
  const [table, width] = [comparisonTable(comparison, each ?? comparison.groups.length === 1), terminalWidth()];
  const failed = unfinished.length > 0 ? [`\n${wrappedText(unfinishedTable(unfinished), width)}`] : [];
  return [fittingText(table, width), ...notes(comparison).map(dim), ...failed, ...testTexts(comparison, tested)]
    .join("\n");
}

/** One table if it fits; otherwise one of the params and one of the figures. */
function fittingText(table: Table, width: number): string {
  const whole = tableLines(table);
  if (whole.split("\n").every((line) => visibleLength(line) <= width)) return whole;
  const params = part(table, ({ kind }) => kind !== "figure");
  const rows = params.rows.filter((row) => row.slice(1).some(({ text }) => text !== ""));
  const figures = part(table, ({ kind }) => kind !== "param");
  return `${wrappedText({ ...params, rows }, width)}\n\n${tableLines(figures)}`;
}

function part({ columns, rows }: Table, keeps: (column: Column) => boolean): Table {
  return { columns: columns.filter(keeps), rows: rows.map((row) => row.filter((_, i) => keeps(columns[i]))) };
}

/** A table in which the widest column of params is wrapped, as far as the width requires. */
export function wrappedText(table: Table, width: number): string {
  return tableLines(wrapped(table, width));
}

function wrapped({ columns, rows }: Table, width: number): Table {
  const widths = columns.map(({ title }, i) =>
    Math.max(...[title, ...rows.map((row) => row[i].text)].map(visibleLength))
  );
  const excess = widths.reduce((sum, one) => sum + one + 2, -2) - width;
  const params = [...columns.keys()].filter((i) => columns[i].kind === "param");
  const widest = params.find((i) => params.every((other) => widths[other] <= widths[i]));
  if (excess <= 0 || widest === undefined) return { columns, rows };
  const room = Math.max(20, widths[widest] - excess);
  const lines = rows.flatMap((row) => {
    const [first, ...more] = wrapText(row[widest].text, room - 2);
    const at = (text: string, others: Cell[]) => others.map((cell, i) => (i === widest ? { ...cell, text } : cell));
    const blank = row.map(() => ({ text: "", best: false }));
    return [at(first, row), ...more.map((text) => at(`  ${text}`, blank))];
  });
  return { columns, rows: lines };
}

function tableLines({ columns, rows }: Table): string {
  // A star marks the best; in a column that has one, a space takes its place everywhere else.
  const marks = columns.map((_, i) => rows.some((row) => row[i].best) ? " " : "");
  const lines = rows.map((row) => row.map(({ text, best }, i) => best ? green(`${text}*`) : text + marks[i]));
  const align = columns.map(({ kind }): Align => (kind === "figure" ? "right" : "left"));
  return tableText([columns.map(({ title }, i) => bold(title + marks[i])), ...lines], align);
}

/** What the marks in the table mean. */
function notes(comparison: Comparison): string[] {
  const { groups, best } = comparison;
  return [
    ...(Object.values(best).some((names) => names.length > 0) ? ["* best"] : []),
    ...(groups.some(({ seeds }) => seeds > 1)
      ? ["± half of the 95 % confidence interval of the mean over n seeds"]
      : []),
    ...apartNotes(comparison),
  ];
}

function testTexts(comparison: Comparison, tested: readonly string[]): string[] {
  const { tests, metrics, groups } = comparison;
  if (groups.length < 2) return [];
  return metrics.filter(({ name }) => tested.includes(name)).flatMap(({ name, title, form }) => {
    const own = tests.filter(({ metric }) => metric === name);
    if (own.length === 0) return [];
    const against = `${title} against ${labelOf(own[0].baseline, groups)}`;
    if (shownTests(own).length === 0) {
      return dim(`Too few seeds to test ${against}: both need two in common (run CONFIG --seeds 0..4).`);
    }
    const how = `${form === "percent" ? " in points" : ""}, paired t test over equal seeds`;
    return `\n${bold(against)}${dim(how)}\n${tableLines(testTable(own, comparison))}`;
  });
}
