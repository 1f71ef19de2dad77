/** The figures of runs that are compared. */
import type { Better } from "../define/figure.ts";
import type { FigureTerms, Terms } from "../define/terms.ts";
import { type Params, spelling } from "./flat_params.ts";

/** A figure as some runs have it. */
export interface Metric extends FigureTerms {
  /** The params of its unit in which the runs differ. If there is one, no value is better than another. */
  differing: readonly string[];
}

/** The figure of this name as these runs have it: a summed loss is not better than a mean one. */
export function metricAmong(name: string, runs: readonly Params[], { figures }: Terms): Metric {
  const unknown = { name, title: name, better: null, form: "number", unit: [], usual: false, curve: null } as const;
  const figure: FigureTerms = figures.find((figure) => figure.name === name) ?? unknown;
  const differing = figure.unit.filter((path) => new Set(runs.map((params) => spelling(params.get(path)))).size > 1);
  return { ...figure, differing, better: differing.length > 0 ? null : figure.better };
}

/**
 * The figures of a run: all numbers of its metrics.json, those inside objects as `best.accuracy`. null (infinity, which
 * JSON cannot represent) stays null; lists and texts are skipped.
 */
export function figuresOf(metrics: Readonly<Record<string, unknown>>): Map<string, number | null> {
  const entries = Object.entries(metrics).flatMap(([name, value]): [string, unknown][] =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? [[name, value]]
      : Object.entries(value).map(([inner, figure]) => [`${name}.${inner}`, figure])
  );
  return new Map(entries.filter((entry): entry is [string, number | null] => {
    return typeof entry[1] === "number" || entry[1] === null;
  }));
}

/** -1 if `a` is better, 1 if `b` is, 0 if they are equal or neither way is better; a missing value is worst. */
export function compareFigures(a: number | null, b: number | null, better: Better): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (better === null || a === b) return 0;
  return (a > b) === (better === "higher") ? -1 : 1;
}
