/** A finished run as figures, charts and exports see it. */
import type { StageResult } from "../engine/run/run_options.ts";
import type { Artifact } from "../engine/stage/artifact.ts";
import type { Graph } from "../engine/stage/stage_graph.ts";
import type { Experiment } from "./experiment.ts";
import type { Library } from "./library.ts";

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
