/** The params of a classifier's stages that charts need. */
import { type LossDefinition, takesTargets } from "../../../core/losses/loss.ts";
import type { Experiment } from "../../define/experiment.ts";
import type { FinishedRun } from "../../define/figure.ts";
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

type Chosen = Pick<FinishedRun, "experiment" | "library">;

/** Whether a run trains a model that classifies, and not one that predicts numbers. */
export function classifies(run: Chosen): boolean {
  const loss = lossIn(run);
  return loss !== null && !takesTargets(loss);
}

/** Whether a run trains with a loss that can clamp. */
export function clamps(run: Chosen): boolean {
  return lossIn(run)?.clamp !== undefined;
}

function lossIn({ experiment: { pipeline: { train } }, library }: Chosen): LossDefinition | null {
  const loss = train?.loss as RunParams["loss"] | undefined;
  return loss === undefined ? null : named(library.losses, loss.name);
}

/** The params of an experiment, which the pipeline's schema has checked. */
export function paramsOf({ pipeline: { batch, train } }: Pick<Experiment, "pipeline">): RunParams {
  const { model, gradient, loss } = train as Pick<RunParams, "model" | "gradient" | "loss">;
  return { model, gradient, loss, batchSize: batch.size as number };
}
