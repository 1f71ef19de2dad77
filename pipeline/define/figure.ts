/** What a figure is: a number with its meaning. Tables, history.csv, compare, pages and conditions know it from here. */
import type { FigureValues, FinishedRun } from "./finished_run.ts";

/** Which way a figure is better; null where neither is. */
export type Better = "higher" | "lower" | null;

/** How a figure is written: a share of 1 as a percentage, a number with 4 digits, a count whole; detail not at all. */
export type FigureForm = "percent" | "number" | "count" | "detail";

/** Where a figure is shown, beside metrics.json, which has all of them. */
export type FigurePlace =
  /** In the closing table of `run`, and among the figures on a run's page. */
  | "summary"
  /** In the table that `compare` shows when no figure is asked for, and among the curves of compared runs. */
  | "compare"
  /** In the list of runs of `ui`, and on the page of a run at work. */
  | "ui";

/** What a figure's value calls for saying: the text is shown in the closing table, with its explanation on the page. */
export interface Remark {
  readonly text: string;
  readonly explanation?: string;
}

/** A figure, as one file defines it. `V` is the value of the output that it is computed from. */
export interface FigureDefinition<V = unknown> {
  /** Its name in metrics.json and in conditions: "accuracy". With a dot, "best.accuracy", it is a field of an object. */
  readonly name: string;
  /** Said of it where there is room: "Test accuracy". */
  readonly title: string;
  /** Head of a column; by default the title, starting with a small letter. */
  readonly heading?: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  readonly form: FigureForm;
  /** Which way it is better; left out: neither. */
  readonly better?: Better;
  /** Params that are part of its unit, by their paths: values are compared only between runs that have the same. */
  readonly dependsOn?: readonly string[];
  readonly shownIn?: readonly FigurePlace[];
  /** Its column in history.csv; left out: none. `place` keeps the columns that users know in their order. */
  readonly column?: { readonly name: string; readonly place?: number };
  /** The output that it is computed from: "evaluation"; left out: other figures. A run without that output lacks it. */
  readonly from?: string | null;
  /** Of an epoch; null where there is no value, or an infinite one. Left out by a figure of the whole run. */
  value?(output: V): unknown;
  /** Of the whole run, which has the figures before this one by then. */
  ofRun?(run: FinishedRun): unknown;
  /** Said after the value, in a few words: "9,671 of 10,000 correct". */
  note?(figures: FigureValues): string;
  /** What the value means, where it calls for a word. */
  remark?(run: FinishedRun): Remark | null;
}

/** Declares a figure. */
export function defineFigure<V>(figure: FigureDefinition<V>): FigureDefinition {
  return figure as unknown as FigureDefinition;
}

/** What stands over its column, and before its value: in small letters, unless it is a name. */
export function headingOf({ heading, title }: Pick<FigureDefinition, "heading" | "title">): string {
  return heading ?? title[0].toLowerCase() + title.slice(1);
}
