/** Brief labels: what distinguishes experiments, or runs, from those that they are shown with: "lr=0.1 size=64". */
import type { Plain } from "../engine/store/digest.ts";
import { paramText } from "../text/param_text.ts";
import { differingPaths, type Params, shortPaths, spelling } from "./flat_params.ts";

/** A longer name, or one that was cut, is not shown whole. */
const MAX_NAME = 40;
const CUT_NAME = /~[0-9a-f]{8}$/;
/** A longer label omits params, and a longer value its start or end, as long as all labels stay different. */
const MAX_LABEL = 48;
const MAX_VALUE = 24;

/** What is labelled. */
export interface Named {
  name: string;
  params: Params;
}

/** The experiment of a run or group: `two-layer@train.epochs=60` → `two-layer`. */
export function experimentOf(name: string): string {
  return name.replace(/@[^/\\]*$/, "");
}

/** The experiment that all of these belong to; null if they are of several, or only one is shown. */
export function commonExperiment(names: readonly string[]): string | null {
  const experiments = new Set(names.map(experimentOf));
  return names.length > 1 && experiments.size === 1 ? [...experiments][0] : null;
}

/**
 * A label for each, all different if the names are: its experiment, unless that is the same for all, and its values of
 * the params that differ within the experiment. One without others of its experiment keeps its name, without the middle if that is long.
 */
export function labelsOf(all: readonly Named[], seeds: readonly string[]): Map<string, string> {
  const isOne = commonExperiment(all.map(({ name }) => name)) !== null;
  return namedBy(all, seeds, (experiment, changes) => isOne ? changes : `${experiment} ${changes}`);
}

/** The names of runs; for those of an experiment with a long one, the experiment and what distinguishes its runs. */
export function briefNames(all: readonly Named[], seeds: readonly string[]): Map<string, string> {
  const long = new Set(all.map(({ name }) => name).filter((name) => !isBrief(name)).map(experimentOf));
  const brief = namedBy(all, seeds, (experiment, changes) => `${experiment} ${changes}`);
  return new Map(all.map(({ name }) => [name, long.has(experimentOf(name)) ? brief.get(name)! : name]));
}

function namedBy(
  all: readonly Named[],
  seeds: readonly string[],
  nameOf: (experiment: string, changes: string) => string,
): Map<string, string> {
  const experiments = Map.groupBy(all, ({ name }) => experimentOf(name));
  return new Map([...experiments].flatMap(([experiment, members]) => {
    if (members.length === 1) return members.map(({ name }) => [name, cut(name)] as const);
    const changes = changesOf(members.map(({ params }) => params), seeds);
    return members.map(({ name }, i) => [name, changes === null ? name : nameOf(experiment, changes[i])] as const);
  }));
}

/** A long name without its middle. It never becomes the name of the experiment, which is another run's. */
function cut(name: string): string {
  return isBrief(name) || name === experimentOf(name) ? name : `${name.slice(0, MAX_NAME - 10)}…${name.slice(-9)}`;
}

function isBrief(name: string): boolean {
  return name.length <= MAX_NAME && !CUT_NAME.test(name);
}

/** For each run, its values of the params that differ; null if those do not distinguish all of them. */
function changesOf(runs: readonly Params[], seeds: readonly string[]): string[] | null {
  // Params that some runs lack are named only where the others do not suffice.
  const common = differingPaths(runs, seeds);
  const every = [...new Set(runs.flatMap((params) => [...params.keys()]))].sort();
  const partial = every.filter((path) => distinct(runs.map((params) => spelling(params.get(path)))) > 1);
  const isEnough = (texts: readonly string[]) => distinct(texts) === runs.length && !texts.includes("");
  return [joined(runs, common, false), joined(runs, partial, true)].find(isEnough) ?? null;
}

/** The values of some params, as `lr=0.1 size=64`; a missing one as `lr=–` or, without `missing`, not at all. */
function joined(runs: readonly Params[], paths: readonly string[], missing: boolean): string[] {
  const names = shortPaths(paths);
  const columns = paths.map((path) => {
    const texts = briefTexts(runs.map((params) => params.get(path)));
    return texts.map((text) => text !== null || missing ? `${names.get(path)}=${text ?? "–"}` : "");
  });
  const lines = (kept: readonly string[][]) =>
    runs.map((_, i) => kept.map((texts) => texts[i]).filter(Boolean).join(" "));
  const whole = distinct(lines(columns));
  let kept: readonly string[][] = columns;
  for (const column of columns.toSorted((a, b) => longest(b) - longest(a))) {
    if (longest(lines(kept)) <= MAX_LABEL) break;
    const fewer = kept.filter((one) => one !== column);
    if (distinct(lines(fewer)) === whole) kept = fewer;
  }
  return lines(kept);
}

/** A param's values as short texts, different where the values are; null for one that a run lacks. */
export function briefTexts(values: readonly (Plain | undefined)[]): (string | null)[] {
  const lists = values.map((value) => Array.isArray(value) ? value : null);
  const texts = (lists.every((list) => list !== null) ? differingEntries(lists) : values).map((value) =>
    value === undefined ? null : paramText(value).replaceAll(" → ", "→")
  );
  const known = texts.map((text) => text ?? "");
  const cuts = [(text: string) => `${text.slice(0, MAX_VALUE)}…`, (text: string) => `…${text.slice(-MAX_VALUE)}`];
  const short = cuts.map((cut) => known.map((text) => text.length <= MAX_VALUE + 1 ? text : cut(text)))
    .find((cut) => distinct(cut) === distinct(known)) ?? known;
  return texts.map((text, i) => text === null ? null : short[i]);
}

/** Lists without the entries that all share at either end; only one entry of each, if that is enough. */
function differingEntries(lists: readonly Plain[][]): Plain[][] {
  const isShared = (i: number) => distinct(lists.map((list) => spelling(list.at(i)))) === 1;
  const least = Math.min(...lists.map(({ length }) => length));
  let [start, end] = [0, 0];
  while (start < least && isShared(start)) start++;
  while (end < least - start && isShared(-1 - end)) end++;
  const rest = lists.map((list) => list.slice(start, list.length - end));
  if (rest.some(({ length }) => length === 0)) return [...lists];
  const wanted = distinct(lists.map(spelling));
  const places = new Set(rest.map(({ length }) => length)).size === 1 ? rest[0].keys() : [];
  const place = [...places].find((i) => distinct(rest.map((list) => spelling(list[i]))) === wanted);
  return place === undefined ? rest : rest.map((list) => [list[place]]);
}

function distinct(texts: readonly string[]): number {
  return new Set(texts).size;
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length));
}
