/** The params of a classifier's stages that charts speak of. */
import type { Experiment } from "../define/experiment.ts";

/** How a model was trained, and on what. */
export interface RunParams {
  /** The layers as they are written. */
  readonly model: readonly string[];
  readonly gradient: "autograd" | "manual";
  /** The loss by its name, with its own params. */
  readonly loss: Readonly<Record<string, unknown>> & { readonly name: string };
  /** Examples in a batch. */
  readonly batchSize: number;
  /** The format of the dataset's files; undefined for the first one that there is. */
  readonly format: string | undefined;
}

/** The params of an experiment, which its pipeline's schema has checked. */
export function paramsOf({ pipeline: { tensorize, batch, train } }: Pick<Experiment, "pipeline">): RunParams {
  const { model, gradient, loss } = train as Pick<RunParams, "model" | "gradient" | "loss">;
  return { model, gradient, loss, batchSize: batch.size as number, format: tensorize?.format as string | undefined };
}
