/** Helpers of the tests of train and validate: prepared data, params, and reading outputs. */
import { decodeJson } from "../../../pipeline/formats/json.ts";
import { batch } from "../../../pipeline/classifier/stages/batch.ts";
import { normalize } from "../../../pipeline/classifier/stages/normalize.ts";
import type { EpochMetrics } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { type Outputs, runPlain } from "./in_memory.ts";
import type { Tensorized } from "./mnist.ts";

/** A dataset for training: outputs of tensorize and normalize. */
export interface Prepared {
  tensorized: Tensorized;
  normalized: Outputs;
}

/** Normalizes a dataset like the experiments. */
export async function prepare(tensorized: Tensorized): Promise<Prepared> {
  return { tensorized, normalized: await runPlain(normalize, { mean: 0.1307, std: 0.3081 }, tensorized) };
}

/** The inputs of `train`, with batches by `split`. */
export async function trainInputs({ tensorized, normalized }: Prepared, split: Record<string, unknown>) {
  const { batches } = await runPlain(batch, split, tensorized);
  const { train_images, table } = normalized;
  const { train_labels, example_shape } = tensorized;
  return { train_images, table, train_labels, example_shape, batches };
}

/** The inputs of `validate` for the steps of a training. */
export function validateInputs({ tensorized, normalized }: Prepared, steps: readonly Outputs[]) {
  const { validation_images, test_images, table } = normalized;
  const { validation_labels, test_labels } = tensorized;
  return {
    ...{ validation_images, validation_labels, test_images, test_labels, table },
    checkpoint: steps.map(({ checkpoint }) => checkpoint),
  };
}

/** A small model with the article's loss; `changes` replaces fields. */
export function smallParams(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    model: ["linear(784,8)", "relu", "linear(8,10)", "softmax"],
    loss: { reduction: "mean", clamp: 1e-10 },
    optimizer: { name: "sgd", lr: 0.1 },
    epochs: 2,
    ...changes,
  };
}

/** The metrics of a step. */
export function metricsOf(outputs: Outputs): EpochMetrics {
  return decodeJson<EpochMetrics>(outputs.metrics.bytes());
}
