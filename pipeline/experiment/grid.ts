/** Grids: `--set lr=0.01,0.1 --set hidden=10,30` requests every combination of the values. */
import { UsageError } from "../engine/run_errors.ts";
import { type Override, parseSetting, type Setting } from "./override.ts";
import { shown } from "./problems.ts";

/** More runs, or seeds, are probably a typo. */
const MAX_RUNS = 10_000;
/** A longer list of values is cut in messages. */
const MAX_TEXT = 100;

/**
 * What the `--set` and `--seeds` of a command line request: each path once. Of a path that is set twice the last value
 * counts, and a warning says so.
 * @throws UsageError for an invalid setting, or a path that is set twice, once to several values.
 */
export function readSettings(
  set: readonly string[],
  seeds: string | null = null,
): { settings: Setting[]; warnings: string[] } {
  const given = [
    ...set.map(parseSetting).map((setting) => ({ ...setting, typed: typedText(setting) })),
    ...(seeds === null ? [] : [{ path: "seed", values: parseSeeds(seeds), typed: `--seeds ${seeds}` }]),
  ];
  const settings = new Map<string, typeof given[number]>();
  const warnings: string[] = [];
  for (const one of given) {
    const before = settings.get(one.path);
    // Later settings apply to what earlier ones have made: the last of a path has the last place.
    settings.delete(one.path);
    settings.set(one.path, one);
    if (before === undefined || JSON.stringify(before.values) === JSON.stringify(one.values)) continue;
    const both = `${one.path} is set twice, by ${before.typed} and ${one.typed}`;
    if (before.values.length > 1 || one.values.length > 1) {
      throw new UsageError(`${both}. Write all of its values as one list, as in --set ${one.path}=1,2,3.`);
    }
    warnings.push(`${both}; the last one counts.`);
  }
  return { settings: [...settings.values()].map(({ path, values }) => ({ path, values })), warnings };
}

/**
 * Every combination of the values, those of the last setting changing fastest.
 * @throws UsageError if they are more than anybody wants, for this many files.
 */
export function combinationsOf(settings: readonly Setting[], files: number): Override[][] {
  const runs = settings.reduce((product, { values }) => product * values.length, files);
  if (runs > MAX_RUNS) {
    const factors = settings.filter(({ values }) => values.length > 1).map(({ path, values }) =>
      `${values.length} values of ${path}`
    );
    const all = [...(files > 1 ? [`${files} files`] : []), ...factors].join(" × ");
    throw new UsageError(`${all} are ${runs} runs, but one command does at most ${MAX_RUNS}. Give fewer values.`);
  }
  return settings.reduce<Override[][]>(
    (all, { path, values }) => all.flatMap((before) => values.map((value) => [...before, { path, value }])),
    [[]],
  );
}

/** Parses `--seeds`: `0..9` or `0,1,2`. @throws UsageError for anything else; `where` says where it was written. */
export function parseSeeds(text: string, where = "--seeds"): number[] {
  const [, first, last] = (/^(\d+)\.\.(\d+)$/.exec(text) ?? []).map(Number);
  if (last >= first && last - first < MAX_RUNS && Number.isSafeInteger(last)) {
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }
  const list = /^\d+(,\d+)*$/.test(text) ? text.split(",").map(Number) : [];
  if (list.length > 0 && list.every(Number.isSafeInteger)) return [...new Set(list)];
  throw new UsageError(
    `${where} expects an ascending range of at most ${MAX_RUNS} seeds, or a list, as in ${where} 0..9 or ${where} 0,1,2, ` +
      `each at most ${Number.MAX_SAFE_INTEGER} (2^53 - 1), but found ${JSON.stringify(text)}.`,
  );
}

function typedText({ path, values }: Setting): string {
  const text = `--set ${path}=${values.map(shown).join(",")}`;
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
