/** Tables: which columns of a header are features, and which are labels; numbers in cells. */
import { FormatError } from "../../core/errors.ts";
import { LARGEST_NUMBER } from "../define/format.ts";
import { nearest } from "../text/suggestion.ts";

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

/** What an experiment says of a table. */
export interface TableParams {
  /** The column of the label; of several numbers to predict, their columns. */
  readonly label: string | readonly string[];
  readonly ignore: readonly string[];
  readonly separator: string;
  /** The features by name, for a model that was trained on them; other columns are then ignored. Default: all others. */
  readonly columns?: readonly string[];
}

/** The columns of a table by their places in a row. */
export interface TableColumns {
  readonly names: readonly string[];
  readonly features: readonly number[];
  readonly labels: readonly number[];
  /** Whether a model was trained on them, so that none can be left out. */
  readonly areGiven?: true;
}

/** What separates the columns, by the format and the ending of a file's name. */
export const SEPARATORS = { csv: ",", tsv: "\t" } as const;
const USED = [...Object.values(SEPARATORS), ";", "|"];

/** The columns of a table with this header. @throws FormatError, with `label`, that says which name is wrong. */
export function columnsOf(names: readonly string[], label: string, params: TableParams): TableColumns {
  const fail = (problem: string) => new FormatError(`${label}, line 1: ${problem}`);
  const labels = [params.label].flat();
  checkSeparator(names, params, fail);
  if (names.length > 1 && names.every((name) => typeof numberIn(name) === "number")) {
    throw fail("expected a header with the names of the columns, but found numbers. Put such a line first.");
  }
  const { columns, ignore } = params;
  checkPresent(names, labels, "tensorize.format.label", fail);
  if (columns !== undefined) {
    checkPresent(names, columns, "on which the model was trained", fail);
    const places = [columns, labels].map((wanted) => wanted.map((name) => names.indexOf(name)));
    checkNames(names, names.map((_, i) => i).filter((i) => [...columns, ...labels].includes(names[i])), fail);
    return { names, features: places[0], labels: places[1], areGiven: true };
  }
  checkPresent(names, ignore, "tensorize.format.ignore", fail);
  const both = labels.find((name) => ignore.includes(name));
  if (both !== undefined) throw fail(`the column ${JSON.stringify(both)} is the label, so it cannot be ignored.`);
  const ignored = new Set(ignore);
  const indices = names.map((_, i) => i).filter((i) => !ignored.has(names[i]));
  checkNames(names, indices, fail);
  const features = indices.filter((i) => !labels.includes(names[i]));
  if (features.length === 0) throw fail("expected columns besides the label: they are the features, but found none.");
  return { names, features, labels: labels.map((name) => names.indexOf(name)) };
}

function checkPresent(
  names: readonly string[],
  wanted: readonly string[],
  why: string,
  fail: (problem: string) => FormatError,
): void {
  const missing = wanted.find((name) => !names.includes(name));
  if (missing === undefined) return;
  const meant = nearest(missing, names.filter((name) => !wanted.includes(name)));
  const advice = meant === null ? `There are: ${shown(names)}.` : `Did you mean ${JSON.stringify(meant)}?`;
  throw fail(`expected the column ${JSON.stringify(missing)} (${why}), but found none. ${advice}`);
}

function checkSeparator(
  names: readonly string[],
  { separator, columns }: TableParams,
  fail: (problem: string) => FormatError,
): void {
  if (names.length > 1) return;
  const other = USED.find((one) => one !== separator && names[0].includes(one));
  if (other === undefined) return;
  throw fail(
    `expected columns separated by ${JSON.stringify(separator)}, but found ${JSON.stringify(names[0].slice(0, 60))}. ` +
      (columns !== undefined
        ? "Save the table like the one that the model was trained on."
        : other === SEPARATORS.tsv
        ? 'Set tensorize.format.name to "tsv".'
        : `Set tensorize.format.separator to "${other}".`),
  );
}

/** Checks the names of the columns that are used: those that are ignored may be called anything. */
function checkNames(names: readonly string[], used: readonly number[], fail: (problem: string) => FormatError): void {
  const nameless = used.find((i) => names[i] === "");
  if (nameless !== undefined) {
    throw fail(
      `expected a name for column ${nameless + 1}, but found none. If it numbers the rows, as pandas does, add "" to ` +
        "tensorize.format.ignore.",
    );
  }
  const seen = new Set<string>();
  const twice = used.find((i) => seen.size === seen.add(names[i]).size);
  if (twice === undefined) return;
  throw fail(
    `expected different names, but columns ${names.indexOf(names[twice]) + 1} and ${twice + 1} are both called ` +
      `${JSON.stringify(names[twice])}. Rename one of them.`,
  );
}

function shown(names: readonly string[]): string {
  const text = names.map((name) => JSON.stringify(name)).join(", ");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
