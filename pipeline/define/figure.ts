/** What a figure is: a number with its meaning. Tables, history.csv, compare, pages and conditions know it from here. */
import type { FigureValues, FinishedRun } from "./finished_run.ts";

/** Which way a figure is better; null where neither way is. */
export type Better = "higher" | "lower" | null;

/** How a figure is written: a share of 1 as a percentage, a number with 4 digits, a count whole; detail not at all. */
export type FigureForm = "percent" | "number" | "count" | "detail";

/** Where a figure is shown, beside metrics.json, which has all of them. */
export type FigurePlace =
  /** In the closing table of `run`, and among the figures on a run's page. */
  | "summary"
  /** In the table that `compare` shows when no figure is asked for. */
  | "compare"
  /** In the list of runs of `ui`, and on the page of a run at work. */
  | "ui";

/** A figure, as one file defines it. `V` is the value of the output that it is computed from. */
export interface FigureDefinition<V = unknown> {
  /** Its name in metrics.json and in conditions: "accuracy". */
  readonly name: string;
  /** Said of it where there is room: "Test accuracy". */
  readonly title: string;
  /** Head of a column; by default the title in small letters. */
  readonly heading?: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  readonly form: FigureForm;
  readonly better: Better;
  /** Params that are part of its unit, by their paths: values are compared only between runs that have the same. */
  readonly dependsOn?: readonly string[];
  readonly shownIn?: readonly FigurePlace[];
  /** Its column in history.csv; left out: none. `place` keeps the columns that users know in their order. */
  readonly column?: { readonly name: string; readonly place?: number };
  /** The output, put out at every epoch, that it is computed from: "evaluation"; null: from figures that come before. */
  readonly from: string | null;
  /** Of an epoch; null where there is no value, or an infinite one. Left out by a figure of the whole run. */
  value?(output: V): unknown;
  /** Of the whole run, from the figures before. */
  ofRun?(figures: FigureValues): unknown;
  /** A sentence on what the value means, where it calls for one: shown in the closing table and on the page. */
  remark?(run: FinishedRun): string | null;
}

/** Declares a figure. */
export function defineFigure<V>(figure: FigureDefinition<V>): FigureDefinition {
  return figure as unknown as FigureDefinition;
}
