/** One training step on a batch: forward, loss, gradients; by the tape's rules or by hand. */
import { crossEntropyLoss, type LossSpec } from "../../../core/loss.ts";
import { manualBackward, manualForward } from "../../../core/manual.ts";
import { modelSizes } from "../../../core/layers.ts";
import { forward, type Sequential } from "../../../core/nn.ts";
import type { Parameter } from "../../../core/parameter.ts";
import { compile } from "../../../core/autograd/program.ts";
import { Recording } from "../../../core/autograd/recording.ts";
import { type Tensor, tensor } from "../../../core/tensor.ts";

/** A step for batches of one size, its tensors allocated once. */
export interface TrainStep {
  /** The batch: fill them, then call run(). */
  readonly x: Tensor;
  readonly labels: Tensor<"uint8">;
  /** The probabilities that the last run() computed, `[B, C]`. */
  readonly probabilities: Tensor;
  /** Parameters that run() steps itself; the optimizer's step is for the others. */
  readonly descended: ReadonlySet<Parameter>;
  /** Gives the model's parameters their gradients, or their step, and returns the batch's loss. */
  run(): number;
}

/** What a step may do in a shorter way with the same bits. Tests switch it off. */
export interface Shortcuts {
  /** The rate of an optimizer that is plain gradient descent, to be done in the backward pass; null: not to be. */
  descentRate: number | null;
  /** Values that are not needed at the same time share memory. */
  shareMemory: boolean;
}

/** Records the step once, and runs it as a program for every batch. */
export function autogradStep(
  model: Sequential,
  loss: LossSpec,
  rows: number,
  shortcuts: Shortcuts = { descentRate: null, shareMemory: true },
): TrainStep {
  const { x, labels } = makeBatch(model, rows);
  const recording = new Recording();
  const probabilities = forward(model, recording, recording.input(x));
  const lossNode = crossEntropyLoss(recording, probabilities, labels, loss);
  const program = compile(recording, model.backend, { keep: [probabilities, lossNode], loss: lossNode, ...shortcuts });
  return {
    x,
    labels,
    probabilities: probabilities.value,
    descended: program.descended,
    run() {
      program.run();
      return lossNode.value.data[0];
    },
  };
}

/** The article's formulas; the loss is only reported, the gradients are those of the mean loss without a clamp. */
export function manualStep(model: Sequential, loss: LossSpec, rows: number): TrainStep {
  const { x, labels } = makeBatch(model, rows);
  const [weight, bias] = model.parameters;
  const { classes } = modelSizes(model.specs);
  const { kernels, tensor } = model.backend;
  const rowLoss = tensor([rows]);
  const total = tensor([1]);
  const step = {
    x,
    labels,
    weight: weight.value,
    bias: bias.value,
    probabilities: tensor([rows, classes]),
    logitsGradient: tensor([rows, classes]),
    weightGradient: weight.gradient,
    biasGradient: bias.gradient,
  };
  return {
    x,
    labels,
    probabilities: step.probabilities,
    descended: new Set(),
    run() {
      manualForward(kernels, step);
      kernels.pickLogLoss(rowLoss, step.probabilities, labels, loss.clamp);
      kernels.sum(total, rowLoss);
      manualBackward(kernels, step);
      return loss.reduction === "sum" ? total.data[0] : Math.fround(total.data[0] / rows);
    },
  };
}

function makeBatch(model: Sequential, rows: number): { x: Tensor; labels: Tensor<"uint8"> } {
  const x = model.backend.tensor([rows, modelSizes(model.specs).inFeatures]);
  return { x, labels: tensor([rows], "uint8") };
}
