/** The params of a classifier's stages that charts need. */
import { takesTargets } from "../../../core/losses/loss.ts";
import type { Experiment } from "../../define/experiment.ts";
import type { FinishedRun } from "../../define/finished_run.ts";
import { named } from "../../define/library.ts";

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

/** Whether a run trains a model that classifies, and not one that predicts numbers. */
export function classifies(
  { experiment: { pipeline: { train } }, library }: Pick<FinishedRun, "experiment" | "library">,
) {
  const loss = train?.loss as RunParams["loss"] | undefined;
  return loss !== undefined && !takesTargets(named(library.losses, loss.name));
}

/** The params of an experiment, which the pipeline's schema has checked. */
export function paramsOf({ pipeline: { batch, train } }: Pick<Experiment, "pipeline">): RunParams {
  const { model, gradient, loss } = train as Pick<RunParams, "model" | "gradient" | "loss">;
  return { model, gradient, loss, batchSize: batch.size as number };
}
