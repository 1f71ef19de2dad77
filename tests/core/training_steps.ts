/** One training step of a model on a batch: forward, loss and gradients, by the tape or by the article's formulas. */
import { compile } from "../../core/autograd/program.ts";
import { Recording } from "../../core/autograd/recording.ts";
import { modelSizes } from "../../core/layers/model_shapes.ts";
import { crossEntropy } from "../../core/losses/cross_entropy.ts";
import { manualBackward, manualForward } from "../../core/manual.ts";
import { forward, type Model } from "../../core/model.ts";
import { type Tensor, tensor } from "../../core/tensor.ts";

/** The params of the cross-entropy. */
export interface LossParams {
  reduction: "sum" | "mean";
  clamp: number;
}

/** A step for batches of one size. */
export interface TrainStep {
  /** The batch, to be filled before run(). */
  readonly x: Tensor;
  readonly labels: Tensor<"uint8">;
  /** The probabilities that the last run() computed, `[B, C]`. */
  readonly probabilities: Tensor;
  /** Gives the model's parameters their gradients and returns the batch's loss. */
  run(): number;
}

/** A step by automatic differentiation. */
export function autogradStep(model: Model, loss: LossParams, rows: number): TrainStep {
  const x = model.backend.tensor([rows, modelSizes(model.layers).inFeatures]);
  const labels = tensor([rows], "uint8");
  const recording = new Recording();
  const probabilities = forward(model, recording, recording.input(x), "train");
  const lossNode = crossEntropy.record(recording, probabilities, labels, { ...loss });
  const program = compile(recording, model.backend, { keep: [probabilities, lossNode], loss: lossNode });
  const run = () => {
    program.run();
    return lossNode.value.data[0];
  };
  return { x, labels, probabilities: probabilities.value, run };
}

/** A step of a linear classifier by the article's formulas: the gradients are those of the mean loss without a clamp. */
export function manualStep(model: Model, loss: LossParams, rows: number): TrainStep {
  const { inFeatures, classes } = modelSizes(model.layers);
  const [weight, bias] = model.parameters;
  const { kernels, tensor: zeros } = model.backend;
  const [rowLoss, total] = [zeros([rows]), zeros([1])];
  const step = {
    x: zeros([rows, inFeatures]),
    labels: tensor([rows], "uint8"),
    weight: weight.value,
    bias: bias.value,
    probabilities: zeros([rows, classes]),
    logitsGradient: zeros([rows, classes]),
    weightGradient: weight.gradient,
    biasGradient: bias.gradient,
  };
  const run = () => {
    manualForward(kernels, step);
    kernels.pickLogLoss(rowLoss, step.probabilities, step.labels, loss.clamp);
    kernels.sum(total, rowLoss);
    manualBackward(kernels, step);
    return loss.reduction === "sum" ? total.data[0] : Math.fround(total.data[0] / rows);
  };
  return { ...step, run };
}
