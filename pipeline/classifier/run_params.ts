/** The params of a classifier's stages that figures, charts and pages speak of. */
import type { Experiment } from "../define/experiment.ts";

/** How a model was trained. */
export interface TrainingParams {
  /** The layers as they are written. */
  readonly model: readonly string[];
  readonly gradient: "autograd" | "manual";
  /** The loss by its name, with its own params. */
  readonly loss: Readonly<Record<string, unknown>> & { readonly name: string };
  /** Examples in a batch. */
  readonly batchSize: number;
}

/** The training params of an experiment, which its pipeline's schema has checked. */
export function trainingOf({ pipeline }: Pick<Experiment, "pipeline">): TrainingParams {
  const { model, gradient, loss } = pipeline.train as Omit<TrainingParams, "batchSize">;
  return { model, gradient, loss, batchSize: pipeline.batch.size as number };
}
