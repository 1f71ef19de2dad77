/** The figures of runs that are compared. */
import { figureOfJson } from "../define/finished_run.ts";
import type { Better } from "../define/figure.ts";
import type { FigureTerms, Terms } from "../define/terms.ts";
import { type Dependent, differingAmong } from "./dependences.ts";

/** A figure as some runs have it. */
export interface Metric extends FigureTerms {
  /** What it depends on, and is not the same in all runs. If there is anything, no value is better than another. */
  differing: readonly string[];
}

/** The figure of this name as these runs have it: a summed loss is not better than a mean one. */
export function metricAmong(name: string, runs: readonly Dependent[], { figures }: Terms): Metric {
  const named = { name, title: name } as const;
  const unknown = {
    ...named,
    better: null,
    form: "number",
    dependsOn: [],
    step: null,
    usual: false,
    curve: null,
  } as const;
  const figure: FigureTerms = figures.find((figure) => figure.name === name) ?? unknown;
  const differing = differingAmong(runs, figure.dependsOn);
  return { ...figure, differing, better: differing.length > 0 ? null : figure.better };
}

/**
 * The figures of a run: all numbers of its metrics.json, those inside objects as `best.accuracy`. null, a figure without
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
