/** A finished run as figures, charts and exports see it. */
import type { Graph } from "../engine/stage/graph.ts";
import type { Artifact } from "../engine/stage/stage.ts";
import type { StageResult } from "../engine/run/runner.ts";
import type { Experiment } from "./experiment.ts";
import type { Library } from "./library.ts";

/** What was computed of figures, by their names: a value an epoch, 0 (untrained) first; of `each: "run"` one value. */
export type FigureValues = Readonly<Record<string, readonly unknown[]>>;

/** A finished run. Outputs are named by what stages call them, and taken from the last stage that puts them out. */
export interface FinishedRun {
  /** Its name: "two-layer", or "two-layer@seed=7". */
  readonly name: string;
  readonly experiment: Experiment;
  readonly library: Library;
  readonly graph: Graph;
  readonly stages: readonly StageResult[];
  /** The number of the last epoch. */
  readonly epochs: number;
  readonly figures: FigureValues;
  /** The value of an output, as its kind opens it; all parts of it are there. */
  output<V>(name: string): V;
  /** Of an output that a fold puts out at every step: its values, step 0 first. */
  each<V>(name: string): readonly V[];
  /** An artifact by its name, of an output or of a part of one; of the last step, where there are steps. */
  artifact(name: string): Artifact;
}
