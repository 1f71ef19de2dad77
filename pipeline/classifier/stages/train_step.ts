/** One training step on a batch: forward pass, loss and gradients, by autograd or by formulas derived by hand. */
import { compile } from "../../../core/autograd/program.ts";
import { Recording } from "../../../core/autograd/recording.ts";
import { manualBackward, manualForward } from "../../../core/model/manual.ts";
import { modelSizes } from "../../../core/layers/model_shapes.ts";
import { forward, type Model } from "../../../core/model/model.ts";
import { type Tensor, tensor } from "../../../core/tensor/tensor.ts";
import type { ChosenLoss } from "./chosen_loss.ts";

/** A step for batches of one size; its tensors are allocated once. */
export interface TrainStep {
  /** The batch: to be filled before run(). */
  readonly x: Tensor;
  readonly labels: Tensor<"uint8">;
  /** The probabilities that the last run() computed, `[B, C]`. */
  readonly probabilities: Tensor;
  /** Computes the gradients of the model's parameters, and returns the batch's loss. */
  run(): number;
}

/** Records the step once, and runs it as a program for every batch. */
export function autogradStep(model: Model, loss: ChosenLoss, rows: number): TrainStep {
  const { x, labels } = makeBatch(model, rows);
  const recording = new Recording();
  const probabilities = forward(model, recording, recording.input(x), "train");
  const lossNode = loss.definition.record(recording, probabilities, labels, loss.params);
  const program = compile(recording, model.backend, { keep: [probabilities, lossNode], loss: lossNode });
  return {
    x,
    labels,
    probabilities: probabilities.value,
    run() {
      program.run();
      return lossNode.value.data[0];
    },
  };
}

/** The article's formulas. The loss is only reported; the gradients are those of the mean loss without a clamp. */
export function manualStep(model: Model, { definition, params }: ChosenLoss, rows: number): TrainStep {
  const { x, labels } = makeBatch(model, rows);
  const [weight, bias] = model.parameters;
  const { classes } = modelSizes(model.layers);
  const { kernels, tensor } = model.backend;
  const [reduction, clamp] = [definition.reduction(params), definition.clamp(params)];
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
      kernels.pickLogLoss(rowLoss, step.probabilities, labels, clamp);
      kernels.sum(total, rowLoss);
      manualBackward(kernels, step);
      return reduction === "sum" ? total.data[0] : Math.fround(total.data[0] / rows);
    },
  };
}

function makeBatch(model: Model, rows: number): { x: Tensor; labels: Tensor<"uint8"> } {
  const { inFeatures } = modelSizes(model.layers);
  return { x: model.backend.tensor([rows, inFeatures]), labels: tensor([rows], "uint8") };
}
