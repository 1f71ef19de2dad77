/** The terms of a comparison: what is known of the figures of runs, and which params are a run's chance. */
import { type Better, type FigureDefinition, type FigureForm, headingOf } from "../define/figure.ts";
import { type Params, spelling } from "./flat_params.ts";

/** What a comparison needs to know of a figure, as plain data. */
export interface FigureTerms {
  name: string;
  /** Its column's head. */
  title: string;
  better: Better;
  form: FigureForm;
  /** Params that are part of its unit: values are compared only between runs that have the same. */
  unit: readonly string[];
  /** Whether a table shows it when no figure is asked for. */
  usual: boolean;
  /** Its curve over the epochs: the column of history.csv, and what is said of it; null where there is none. */
  curve: { column: string; title: string; about: string } | null;
}

/** What runs are compared by. */
export interface Terms {
  figures: readonly FigureTerms[];
  /** The paths of the params that are a run's chance, not its choice: "seed", and the seeds of stages. */
  seeds: readonly string[];
}

/** A figure as some runs have it. */
export interface Metric extends FigureTerms {
  /** The params of its unit in which the runs differ. Where there is one, no value is better than another. */
  differing: readonly string[];
}

/** The terms that a pipeline's figures make; `seeds` are the paths of its seeds. */
export function termsOf(figures: readonly FigureDefinition[], seeds: readonly string[]): Terms {
  const terms = figures.map((figure): FigureTerms => {
    const { name, title, about, better = null, form, dependsOn, shownIn, column } = figure;
    return {
      ...{ name, better, form },
      title: headingOf(figure),
      unit: dependsOn ?? [],
      usual: shownIn?.includes("compare") ?? false,
      curve: column === undefined ? null : { column: column.name, title, about },
    };
  });
  return { figures: terms, seeds };
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
