/** The figures of runs that are compared, and what they depend on: where that differs, they are not compared. */
import { type Better, figureOfJson } from "../define/figure.ts";
import type { FigureTerms, Terms } from "../define/terms.ts";
import { type Params, spelling } from "./labels.ts";

/** A figure as some runs have it. */
export interface Metric extends FigureTerms {
  /** What it depends on, and is not the same in all runs. If there is anything, no value is better than another. */
  differing: readonly string[];
}

/** The figure of this name as these runs have it: a summed loss is not better than a mean one. */
export function metricAmong(name: string, runs: readonly Dependent[], { figures }: Terms): Metric {
  const nothing = { better: null, chooses: false, dependsOn: [], step: null, usual: false, curve: null } as const;
  const unknown: FigureTerms = { name, title: name, form: "number", ...nothing };
  const figure = figures.find((figure) => figure.name === name) ?? unknown;
  const differing = differingAmong(runs, figure.dependsOn);
  return { ...figure, differing, better: differing.length > 0 ? null : figure.better };
}

/**
 * The figures of a run: all numbers of its metrics.json, those inside objects as `validation.accuracy`. null, a figure without
 * a value, stays null; lists and texts are skipped.
 */
export function figuresOf(metrics: Readonly<Record<string, unknown>>): Map<string, number | null> {
  const entries = Object.entries(metrics).flatMap(([name, value]): [string, unknown][] =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? [[name, value]]
      : Object.entries(value).map(([inner, figure]) => [`${name}.${inner}`, figure])
  );
  return new Map(entries.flatMap(([name, value]): [string, number | null][] => {
    const figure = name === "run" ? undefined : figureOfJson(value);
    return figure === undefined ? [] : [[name, figure]];
  }));
}

/**
 * -1 if `a` is better, 1 if `b` is, 0 if they are equal or neither way is better. An infinite value or NaN is worse than
 * every number, whichever way is better: it is what a diverged run has. A missing value is worst.
 */
export function compareFigures(a: number | null, b: number | null, better: Better): number {
  const [left, right] = [a, b].map((value) => (value === null ? 2 : Number.isFinite(value) ? 0 : 1));
  if (a === null || b === null || left + right > 0) return left - right;
  if (better === null || a === b) return 0;
  return (a > b) === (better === "higher") ? -1 : 1;
}

/** The digests of what each stage outputs, by the names of the artifacts: a list for a step's. From manifest.json. */
export type Outputs = readonly Readonly<Record<string, string | readonly string[]>>[];

/** A run with what its figures depend on: the values of params and figures, the digests of artifacts. */
export interface Dependent {
  dependsOn: Record<string, string>;
}

/** A run as far as its figures depend on it. */
interface Source {
  params: Params;
  /** The content of metrics.json. */
  metrics: Readonly<Record<string, unknown>>;
  outputs?: Outputs;
}

/** The digest of an artifact without bytes, as of a file that a dataset does not have. */
const NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** What the figures of a run depend on, by name; without artifacts and figures of which nothing is known. */
export function dependencesOf({ params, metrics, outputs }: Source, { figures }: Terms): Record<string, string> {
  const names = new Set(figures.flatMap(({ dependsOn }) => dependsOn));
  return Object.fromEntries([...names].flatMap((name): [string, string][] => {
    if (name.includes(".")) return [[name, spelling(params.get(name))]];
    const figure = metrics[name];
    const digests = alternativesIn(name).map((one) => outputs?.find((stage) => Object.hasOwn(stage, one))?.[one]);
    const digest = digests.find((digest) => digest !== NOTHING);
    const value = digest ?? (Array.isArray(figure) ? figure.length : figureOfJson(figure));
    return value === undefined || value === null ? [] : [[alternativesIn(name)[0], String(value)]];
  }));
}

/** Those of the things that figures depend on that are not the same in all runs. */
export function differingAmong(runs: readonly Dependent[], names: readonly string[]): string[] {
  return names.map((name) => alternativesIn(name)[0]).filter((name) =>
    new Set(runs.flatMap(({ dependsOn }) => dependsOn[name] ?? [])).size > 1
  );
}

/** The artifacts of which one counts; it has the name of the first. */
function alternativesIn(name: string): string[] {
  return name.split("|");
}
