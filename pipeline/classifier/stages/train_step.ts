/** One training step on a batch: forward pass, loss and gradients, by autograd or by formulas derived by hand. */
import { compile } from "../../../core/autograd/program.ts";
import { Recording } from "../../../core/autograd/recording.ts";
import { manualBackward, manualForward } from "../../../core/model/manual.ts";
import { modelSizes } from "../../../core/layers/model_shapes.ts";
import { forward, type Model } from "../../../core/model/model.ts";
import { labelsFor } from "../../../core/losses/batch_labels.ts";
import { type ChosenLoss, type Labels, recordLoss } from "../../../core/losses/loss.ts";
import type { Tensor } from "../../../core/tensor/tensor.ts";

/** A step for batches of one size; its tensors are allocated once. */
export interface TrainStep {
  /** The batch: to be filled before run(). */
  readonly x: Tensor;
  readonly labels: Labels;
  /** What the last run() computed: the model's output `[B, C]`, as the loss takes it. */
  readonly output: Tensor;
  /** Computes the gradients of the model's parameters, and returns the batch's loss. */
  run(): number;
}

/** Records the step once, and runs it as a program for every batch. */
export function autogradStep(model: Model, loss: ChosenLoss, rows: number): TrainStep {
  const { x, labels } = makeBatch(model, loss, rows);
  const recording = new Recording();
  const output = forward(model, recording, recording.input(x), "train");
  const lossNode = recordLoss(loss, recording, output, labels);
  const program = compile(recording, model.backend, { keep: [output, lossNode], loss: lossNode });
  return {
    x,
    labels,
    output: output.value,
    run() {
      program.run();
      return lossNode.value.data[0];
    },
  };
}

/** The article's formulas. The loss is only reported; the gradients are those of the mean loss without a clamp. */
export function manualStep(model: Model, loss: ChosenLoss, rows: number): TrainStep {
  const { definition, params } = loss;
  const { x, ...batch } = makeBatch(model, loss, rows);
  const labels = batch.labels as Tensor<"uint8">;
  const [weight, bias] = model.parameters;
  const { classes } = modelSizes(model.layers);
  const { kernels, tensor } = model.backend;
  const [reduction, clamp] = [definition.reduction(params), definition.clamp?.(params) ?? 0];
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
    rowsPerWeight: tensor(weight.value.shape),
  };
  kernels.fill(step.rowsPerWeight, rows);
  return {
    x,
    labels,
    output: step.probabilities,
    run() {
      manualForward(kernels, step);
      kernels.pickLogLoss(rowLoss, step.probabilities, labels, clamp);
      kernels.sum(total, rowLoss);
      manualBackward(kernels, step);
      return reduction === "sum" ? total.data[0] : Math.fround(total.data[0] / rows);
    },
  };
}

function makeBatch(model: Model, loss: ChosenLoss, rows: number): Pick<TrainStep, "x" | "labels"> {
  const { inFeatures, classes } = modelSizes(model.layers);
  return {
    x: model.backend.tensor([rows, inFeatures]),
    labels: labelsFor(loss.definition, model.backend, rows, classes),
  };
}
