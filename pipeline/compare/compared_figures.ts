/** The figures of runs that are compared. */
import type { Better } from "../define/figure.ts";
import type { FigureTerms, Terms } from "../define/terms.ts";
import { type Params, spelling } from "./flat_params.ts";

/** A figure as some runs have it. */
export interface Metric extends FigureTerms {
  /** The params of its unit in which the runs differ. Where there is one, no value is better than another. */
  differing: readonly string[];
}

/** The figure of this name; one that the pipeline does not know is a number, and neither way is better. */
export function figureNamed(name: string, { figures }: Terms): FigureTerms {
  return figures.find((figure) => figure.name === name) ??
    { name, title: name, better: null, form: "number", unit: [], usual: false, curve: null };
}

/** The figure as these runs have it: a summed loss is not better than a mean one. */
export function metricAmong(name: string, runs: readonly Params[], terms: Terms): Metric {
  const figure = figureNamed(name, terms);
  const differing = figure.unit.filter((path) => new Set(runs.map((params) => spelling(params.get(path)))).size > 1);
  return { ...figure, differing, better: differing.length > 0 ? null : figure.better };
}

/**
 * The figures of a run: all numbers of its metrics.json, those inside of objects as `best.accuracy`. null (infinity, which
 * JSON cannot say) stays null; lists and words are left out.
 */
export function figuresOf(metrics: Readonly<Record<string, unknown>>): Map<string, number | null> {
  const figures = new Map<string, number | null>();
  for (const [name, value] of Object.entries(metrics)) {
    if (isNumberOrNull(value)) figures.set(name, value);
    else if (typeof value === "object" && !Array.isArray(value)) {
      for (const [inner, figure] of Object.entries(value as object)) {
        if (isNumberOrNull(figure)) figures.set(`${name}.${inner}`, figure);
      }
    }
  }
  return figures;
}

function isNumberOrNull(value: unknown): value is number | null {
  return typeof value === "number" || value === null;
}

/** -1 where `a` is better, 1 where `b` is, 0 where they are equal or neither way is better; a missing value is worst. */
export function compareFigures(a: number | null, b: number | null, better: Better): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (better === null || a === b) return 0;
  return (a > b) === (better === "higher") ? -1 : 1;
}
