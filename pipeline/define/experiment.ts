/** An experiment, checked and complete: what a pipeline's schema makes of a file. */

/** A stage's params. */
export type StageParams = Readonly<Record<string, unknown>>;

/** An experiment with every default filled in. */
export interface Experiment {
  readonly name: string;
  readonly about?: string;
  readonly seed: number;
  /** The stages in order; left out, the pipeline's own chain. */
  readonly chain?: readonly string[];
  /** The params of each stage of the chain. */
  readonly pipeline: Readonly<Record<string, StageParams>>;
}
