/** The params of a classifier's stages that charts need. */
import type { Experiment } from "../../define/experiment.ts";

/** How a model was trained, and on what. */
export interface RunParams {
  /** The layers, as in the experiment. */
  readonly model: readonly string[];
  readonly gradient: "autograd" | "manual";
  /** The loss's name and its own params. */
  readonly loss: Readonly<Record<string, unknown>> & { readonly name: string };
  /** Examples per batch. */
  readonly batchSize: number;
}

/** The params of an experiment, which the pipeline's schema has checked. */
export function paramsOf({ pipeline: { batch, train } }: Pick<Experiment, "pipeline">): RunParams {
  const { model, gradient, loss } = train as Pick<RunParams, "model" | "gradient" | "loss">;
  return { model, gradient, loss, batchSize: batch.size as number };
}
