/** What a figure is: a number with its meaning. Tables, history.csv, compare, pages and assertions derive from it. */
import { declared, type Written } from "../../core/declared.ts";
import type { Definition } from "../engine/stage/kind.ts";
import type { KnownOfRun } from "./experiment_check.ts";
import type { FigureValues, FinishedRun } from "./finished_run.ts";

/** Which way a figure is better; null for neither. */
export type Better = "higher" | "lower" | null;

/** How a figure is shown: a share of 1 as a percentage, a number with 4 digits, a count as an integer, a detail not. */
export type FigureForm = "percent" | "number" | "count" | "detail";

/**
 * Where a figure is shown, besides metrics.json: "summary" is the summary table of `run` and the figures on a run's
 * page, "compare" the default table and curves of `compare`, "ui" the list of runs and the page of a run in progress.
 */
export type FigurePlace = "summary" | "compare" | "ui";

/** What a figure's value means: the text is shown in the summary table, with its explanation on the page. */
export interface Remark {
  readonly text: string;
  readonly explanation?: string;
  /** It confirms something, and does not warn. */
  readonly isGood?: true;
}

/** A figure, as one file defines it. `V` is the value of the output that it is computed from. */
export interface FigureDefinition<V = unknown> extends Definition {
  /** Its name in metrics.json and assertions: "accuracy". With a dot, "best.epoch", it is a field of an object. */
  readonly name: string;
  /** Its full name: "Test accuracy". */
  readonly title: string;
  /** Its name in the head of a column. Default: the title, starting with a small letter. */
  readonly heading?: string;
  readonly about: string;
  readonly form: FigureForm;
  /** Default: neither. */
  readonly better?: Better;
  /** Whether the best of several runs may be chosen by it: it is not computed from test data. */
  readonly chooses?: true;
  /**
   * What its values depend on, besides what is being compared: they are compared only between runs in which all of it is
   * the same. A name with a dot is the path of a param; another name is an artifact (by its content, as the first stage
   * outputs it), or a figure (a list by its length). Of "test_images|train_images", the first that is not empty counts.
   */
  readonly dependsOn: readonly string[];
  /**
   * The smallest difference between two values: a number, or the name of the figure of which one is a share: "total" of
   * 32 images is a step of 1/32. Differences that vary by less are not tested. Default: 1 for a count; the precision of
   * float32 for others.
   */
  readonly step?: number | string;
  readonly shownIn?: readonly FigurePlace[];
  /** Its column in history.csv, if any. `place` fixes the order of the columns that users know. */
  readonly column?: { readonly name: string; readonly place?: number };
  /**
   * The output that it is computed from: "evaluation". Default: other figures. Of several, the first that has a value
   * counts. A run without such an output lacks the figure.
   */
  readonly from?: string | readonly string[] | null;
  /**
   * Its value for one output of `from`, of each epoch or of the run; it may be infinite, and is null if there is none.
   * Undefined for an output of which it is no figure: the accuracy of a regression.
   */
  value?(output: V): unknown;
  /** For a figure that may choose: what to add to an experiment that will not have it; null for one that will. */
  lacks?(known: KnownOfRun): string | null;
  /** Instead of `value`: its value for the whole run, which already has the figures before this one. */
  ofRun?(run: FinishedRun): unknown;
  /** A few words after the value: "9,671 of 10,000 correct". */
  note?(figures: FigureValues): string;
  /** What the value means, if it needs an explanation. */
  remark?(run: FinishedRun): Remark | null;
}

/** Declares a figure. */
export function defineFigure<V>(figure: Written<FigureDefinition<V>, "form" | "dependsOn">): FigureDefinition {
  return declared("figures", { form: "number", dependsOn: [], ...figure });
}

/** The name of a figure above its column, and before its value. A title such as "R²" or "F1 score" is left as it is. */
export function headingOf({ heading, title }: Pick<FigureDefinition, "heading" | "title">): string {
  return heading ?? title.replace(/^.(?=\p{Ll}| )/u, (first) => first.toLowerCase());
}
