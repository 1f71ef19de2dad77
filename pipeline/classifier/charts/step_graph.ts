/**
 * What a training step computes, for the drawing of its computation graph: a step is recorded on a tape of its own, with
 * the model's layers and loss, and the record is read back.
 */
import { Tape } from "../../../core/autograd/tape.ts";
import { modelSizes, parseLayer } from "../../../core/layers.ts";
import { crossEntropyLoss } from "../../../core/loss.ts";
import { forward, makeSequential } from "../../../core/nn.ts";
import { describe, openScope, tensor } from "../../../core/tensor/tensor.ts";
import type { TrainParams } from "../stages/train_params.ts";

/** A value of the step. */
export interface GraphValue {
  shape: readonly number[];
  /** "0.weight"; null for what is no parameter. */
  parameter: string | null;
  /** Whether ∂loss/∂value is computed: not for the images. */
  hasGradient: boolean;
}

/** An operation of the step; `inputs` and `output` are places in the list of values. */
export interface GraphOp {
  op: string;
  inputs: number[];
  output: number;
  /** What the operation is configured with: "labels: uint8 [64]", "clamp: 1e-10". */
  settings: string[];
}

/** A training step as a graph: values, and operations in the order in which they are computed. */
export interface StepGraph {
  values: GraphValue[];
  ops: GraphOp[];
}

/** Records a step of a model on a batch of `rows` images, all numbers zero, and describes it. */
export function stepGraphOf({ model, loss }: Pick<TrainParams, "model" | "loss">, rows: number): StepGraph {
  using _memory = openScope();
  const sequential = makeSequential(model.map(parseLayer));
  const tape = new Tape();
  const probabilities = forward(sequential, tape, tape.input(tensor([rows, modelSizes(sequential.specs).inFeatures])));
  crossEntropyLoss(tape, probabilities, tensor([rows], "uint8"), loss);
  const { values, steps } = tape.describe();
  return {
    values,
    ops: steps.map(({ settings, ...step }) => ({
      ...step,
      settings: Object.entries(settings ?? {}).map(([name, value]) => `${name}: ${settingText(value)}`),
    })),
  };
}

function settingText(value: unknown): string {
  const isTensor = typeof value === "object" && value !== null && "dtype" in value;
  return isTensor ? describe(value as Parameters<typeof describe>[0]) : String(value);
}
