/** Numbers in cells of a table. */
import { LARGEST_NUMBER } from "../define/format.ts";

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const MISSING = /^\s*(|na|n\/a|nan|null|none|\?)\s*$/i;

/** True if a cell says that its value is not known. */
export function isMissing(cell: string): boolean {
  return MISSING.test(cell);
}

/**
 * The number in a cell, a decimal as of float32, rounded from float64; or what is wrong with it. `isGiven`: the column
 * cannot be left out.
 */
export function numberIn(cell: string, isGiven = false): number | string {
  const value = NUMBER.test(cell) ? Math.fround(Number(cell)) : NaN;
  if (Math.abs(value) <= LARGEST_NUMBER) return value;
  return `expected a number, but found ${JSON.stringify(cell.slice(0, 60))}${reasonOf(cell, value, isGiven)}`;
}

function reasonOf(cell: string, value: number, isGiven: boolean): string {
  if (!Number.isNaN(value)) return ", which is beyond float32 (±3.4e38).";
  if (/^[+-]?inf(inity)?$/i.test(cell)) return ", which is not finite. Correct it, or remove the row.";
  if (NUMBER.test(cell.replaceAll(",", ""))) {
    return ". Write decimals with a point (3.14), and no commas between digits.";
  }
  if (isGiven) {
    return ". Correct it, or remove the row. Words are encoded as in the table that the model was trained on.";
  }
  return ". Encode words as numbers, such as a column of 0 and 1 for each, or add the column to tensorize.format.ignore.";
}
