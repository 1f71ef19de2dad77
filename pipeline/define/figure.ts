/**
 * What a figure is: a number with its meaning. Tables, history.csv, compare, pages and assertions derive from it. And what
 * they are figures of: a finished run, as charts and exports see it as well.
 */
import { declared, type Written } from "../../core/declared.ts";
import type { StageResult } from "../engine/run/run_options.ts";
import type { Artifact, Definition } from "../engine/stage/kind.ts";
import type { Graph } from "../engine/stage/stage_graph.ts";
import type { Experiment } from "./experiment.ts";
import type { KnownOfRun } from "./experiment_check.ts";
import type { Library } from "./library.ts";

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

/** The values of figures by name: one value per epoch, epoch 0 (untrained) first; for a whole run, one value. */
export type FigureValues = Readonly<Record<string, readonly unknown[]>>;

/** A finished run as figures, charts and exports see it. An output is the one of the last stage that has its name. */
export interface FinishedRun {
  /** "two-layer", or "two-layer@seed=7". */
  readonly name: string;
  readonly experiment: Experiment;
  readonly library: Library;
  readonly graph: Graph;
  readonly stages: readonly StageResult[];
  /** The number of the last epoch. */
  readonly epochs: number;
  readonly figures: FigureValues;
  /** The columns of history.csv after the first, in order: their names, and the figures that they contain. */
  readonly columns: readonly { readonly name: string; readonly figure: string }[];
  /** True if a stage has an output, or an artifact, with this name. */
  has(name: string): boolean;
  /** The value of an output, opened by its kind; of the last step if there are steps. */
  output<V>(name: string): V;
  /** The values of an output of every step, step 0 first. */
  each<V>(name: string): readonly V[];
  /**
   * An artifact by its name, that of an output or a part of one; of the last step if there are steps. With `before`, that
   * of the stages before this one.
   */
  artifact(name: string, before?: string): Artifact;
}

/** The conditions for a run to have a chart or an export. */
interface Conditional {
  readonly from?: string | readonly string[];
  when?(run: FinishedRun): boolean;
}

/** The charts, or the exports, that a run has. */
export function definedFor<D extends Conditional>(run: FinishedRun, definitions: readonly D[]): D[] {
  return definitions.filter((one) =>
    [one.from ?? []].flat().every((name) => run.has(name)) && (one.when?.(run) ?? true)
  );
}

/** A figure's value at the end of a run; null if there is none. */
export function finalValue(figures: FigureValues, name: string): unknown {
  return figures[name]?.at(-1) ?? null;
}

/**
 * Figures as JSON, which has no infinities and no NaN: these are the texts "Infinity", "-Infinity" and "NaN", as in the
 * JSON of Protocol Buffers. null is a figure that has no value.
 */
export function figureJson(value: unknown): string {
  return JSON.stringify(value, (_, field) => typeof field === "number" && !isFinite(field) ? String(field) : field);
}

/** A figure of parsed JSON: a number, or null if it has no value; undefined for anything else, such as a list. */
export function figureOfJson(value: unknown): number | null | undefined {
  if (value === null || typeof value === "number") return value;
  return ["Infinity", "-Infinity", "NaN"].includes(value as string) ? Number(value) : undefined;
}

/** The content of metrics.json: the run's name, its last epoch, and every figure at the end of the run. */
export function finalFigures({ name, epochs, figures }: FinishedRun): Record<string, unknown> {
  const content: Record<string, unknown> = { run: name, epochs };
  for (const [figure, values] of Object.entries(figures)) {
    const [field, inner] = figure.split(/\.(.*)/s);
    const value = values[values.length - 1];
    content[field] = inner === undefined ? value : { ...content[field] as object, [inner]: value };
  }
  return JSON.parse(figureJson(content));
}
