/** The figures of runs: what each is called, which way it is better, how it is written, and what must be equal. */
import { type Params, spelling } from "./flat_params.ts";

/** Which way a figure is better; null where neither way is. */
export type Better = "higher" | "lower" | null;

/** What is known of a figure in metrics.json. */
export interface Metric {
  name: string;
  /** Its column's head. */
  title: string;
  better: Better;
  /** A share of 1 is written as a percentage. */
  form: "percent" | "number";
  /** Params that are part of its unit: values are compared only between runs that have the same. */
  unit: readonly string[];
}

const LOSS = ["train.loss.name", "train.loss.clamp"];

const KNOWN: readonly Metric[] = [
  { name: "accuracy", title: "accuracy", better: "higher", form: "percent", unit: [] },
  { name: "correct", title: "correct", better: "higher", form: "number", unit: [] },
  { name: "mean_batch_accuracy", title: "mean of batches", better: "higher", form: "percent", unit: [] },
  { name: "train_accuracy", title: "train accuracy", better: "higher", form: "percent", unit: [] },
  { name: "best.accuracy", title: "best accuracy", better: "higher", form: "percent", unit: [] },
  { name: "best.correct", title: "best correct", better: "higher", form: "number", unit: [] },
  { name: "loss_per_image", title: "loss per image", better: "lower", form: "number", unit: LOSS },
  {
    name: "loss",
    title: "test loss",
    better: "lower",
    form: "number",
    unit: [...LOSS, "train.loss.reduction", "validate.batch_size"],
  },
  {
    name: "train_loss",
    title: "train loss",
    better: "lower",
    form: "number",
    unit: [...LOSS, "train.loss.reduction", "batch.size"],
  },
  { name: "train_clamped", title: "clamped", better: null, form: "percent", unit: [] },
  { name: "classes_predicted", title: "classes", better: null, form: "number", unit: [] },
];

/** The figures that a table shows when none are asked for. */
export const USUAL_METRICS: readonly string[] = [
  "accuracy",
  "loss_per_image",
  "train_loss",
  "train_clamped",
  "classes_predicted",
];

/** The figure of this name; one that is not known is a number without a better way. */
export function metricNamed(name: string): Metric {
  return KNOWN.find((metric) => metric.name === name) ?? { name, title: name, better: null, form: "number", unit: [] };
}

/** The metric as these runs have it: nothing is better where the unit differs, a summed loss and a mean one say. */
export function metricAmong(name: string, runs: readonly Params[]): Metric {
  const metric = metricNamed(name);
  const sameUnit = metric.unit.every((path) => new Set(runs.map((params) => spelling(params.get(path)))).size <= 1);
  return sameUnit ? metric : { ...metric, better: null };
}

/**
 * The figures of a run: all numbers of its metrics.json, those inside of objects as `best.accuracy`. null (infinity,
 * which JSON cannot say) stays null; lists and words are left out.
 */
export function figuresOf(metrics: Readonly<Record<string, unknown>>): Map<string, number | null> {
  const figures = new Map<string, number | null>();
  for (const [name, value] of Object.entries(metrics)) {
    if (isFigure(value)) figures.set(name, value);
    else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [inner, figure] of Object.entries(value)) {
        if (isFigure(figure)) figures.set(`${name}.${inner}`, figure);
      }
    }
  }
  return figures;
}

function isFigure(value: unknown): value is number | null {
  return typeof value === "number" || value === null;
}

/** -1 where `a` is better, 1 where `b` is, 0 where they are equal or no way is better; a missing value is worst. */
export function compareFigures(a: number | null, b: number | null, better: Better): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (better === null || a === b) return 0;
  return (a > b) === (better === "higher") ? -1 : 1;
}
