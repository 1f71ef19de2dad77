/** The figures as a table in Markdown. */
import { markdownTable } from "../markdown.ts";
import { isMet, type Row } from "./row.ts";

/** One row per figure: fastest, median, number of runs, target, and whether it was met. */
export function rowsText(rows: readonly Row[]): string {
  return markdownTable(["what", "min", "median", "max", "runs", "target", "met"], rows.map(cellsOf));
}

function cellsOf(row: Row): string[] {
  const { what, spread, unit, target } = row;
  const [min, median, max] = [spread.min, spread.median, spread.max].map((value) => `${threeDigits(value)} ${unit}`);
  const bound = target === null ? "" : `${target.bound === "most" ? "≤" : "≥"} ${threeDigits(target.value)} ${unit}`;
  const met = isMet(row);
  return [what, min, median, max, String(spread.runs), bound, met === null ? "" : met ? "yes" : "no"];
}

/** A value with three significant digits, never in powers of ten: "0.0312", "1.25", "448", "1034". */
export function threeDigits(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return String(Number(value.toFixed(Math.min(digits, 6))));
}
