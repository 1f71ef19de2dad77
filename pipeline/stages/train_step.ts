/** One training step on a batch: forward, loss, gradients; by the tape or by hand. */
import { Tape } from "../../core/autograd.ts";
import { crossEntropyLoss, type LossSpec } from "../../core/loss.ts";
import { manualBackward, manualForward } from "../../core/manual.ts";
import { modelSizes } from "../../core/layers.ts";
import { forward, type Sequential } from "../../core/nn.ts";
import { type Tensor, tensor } from "../../core/tensor.ts";

/** A step for batches of one size, its tensors allocated once. */
export interface TrainStep {
  /** The batch: fill them, then call run(). */
  readonly x: Tensor;
  readonly labels: Tensor<"uint8">;
  /** The probabilities that the last run() computed, `[B, C]`. */
  readonly probabilities: Tensor;
  /** Gives the model's parameters their gradients and returns the batch's loss. */
  run(): number;
}

/** Records the step on a tape once, and replays it for every batch. */
export function autogradStep(model: Sequential, loss: LossSpec, rows: number): TrainStep {
  const { x, labels } = makeBatch(model, rows);
  const tape = new Tape(model.backend);
  const probabilities = forward(model, tape, tape.input(x));
  const lossNode = crossEntropyLoss(tape, probabilities, labels, loss);
  return {
    x,
    labels,
    probabilities: probabilities.value,
    run() {
      tape.replay();
      tape.backward(lossNode);
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
