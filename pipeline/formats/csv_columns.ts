/** The header of a table: which columns are features, and which are labels. */
import { FormatError } from "../../core/errors.ts";
import { nearest } from "../text/suggestion.ts";
import { numberIn } from "./csv_numbers.ts";

/** What an experiment says of a table. */
export interface TableParams {
  /** The column of the label; of several numbers to predict, their columns. */
  readonly label: string | readonly string[];
  readonly ignore: readonly string[];
  readonly separator: string;
}

/** The columns of a table by their places in a row. */
export interface TableColumns {
  readonly names: readonly string[];
  readonly features: readonly number[];
  readonly labels: readonly number[];
}

const SEPARATORS = [",", ";", "\t", "|"];

/** The columns of a table with this header. @throws FormatError, with `label`, that says which name is wrong. */
export function columnsOf(names: readonly string[], label: string, params: TableParams): TableColumns {
  const fail = (problem: string) => new FormatError(`${label}, line 1: ${problem}`);
  const labels = [params.label].flat();
  checkSeparator(names, params.separator, fail);
  if (names.length > 1 && names.every((name) => typeof numberIn(name) === "number")) {
    throw fail("expected a header with the names of the columns, but found numbers. Put such a line first.");
  }
  for (const [field, wanted] of [["label", labels], ["ignore", params.ignore]] as const) {
    const missing = wanted.find((name) => !names.includes(name));
    if (missing === undefined) continue;
    const meant = nearest(missing, names);
    const advice = meant === null ? `There are: ${shown(names)}.` : `Did you mean ${JSON.stringify(meant)}?`;
    throw fail(`expected the column ${JSON.stringify(missing)} (tensorize.format.${field}), but found none. ${advice}`);
  }
  const both = labels.find((name) => params.ignore.includes(name));
  if (both !== undefined) throw fail(`the column ${JSON.stringify(both)} is the label, so it cannot be ignored.`);
  const ignored = new Set(params.ignore);
  const indices = names.map((_, i) => i).filter((i) => !ignored.has(names[i]));
  checkNames(names, indices, fail);
  const features = indices.filter((i) => !labels.includes(names[i]));
  if (features.length === 0) throw fail("expected columns besides the label: they are the features, but found none.");
  return { names, features, labels: labels.map((name) => names.indexOf(name)) };
}

function checkSeparator(names: readonly string[], separator: string, fail: (problem: string) => FormatError): void {
  if (names.length > 1) return;
  const other = SEPARATORS.find((one) => one !== separator && names[0].includes(one));
  if (other === undefined) return;
  throw fail(
    `expected columns separated by ${JSON.stringify(separator)}, but found ${JSON.stringify(names[0].slice(0, 60))}. ` +
      (other === "\t" ? 'Set tensorize.format.name to "tsv".' : `Set tensorize.format.separator to "${other}".`),
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
