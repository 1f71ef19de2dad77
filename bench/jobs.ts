/** The trainings that are timed, as plain data: the work of Retrace and its peers. */
import { exampleShapes, parameterSpecs, parseModel } from "../core/layers/model_layers.ts";
import { sizeOf } from "../core/ops/op.ts";
import { layers } from "../pipeline/classifier/layers.ts";

/** A classifier of MNIST with softmax, cross-entropy clamped at 1e-10, and SGD. */
export interface TrainingJob {
  name: string;
  about: string;
  /** Inputs, hidden layers, classes: linear layers with ReLU between them. Empty for another model. */
  sizes: number[];
  /** The layers of a model that is not described by sizes. */
  model?: string[];
  /** Rows of the training set: the first ones. Default: all. */
  rows?: number;
  batch: number;
  lr: number;
  /** Over the rows of a batch: of the loss, and of the gradients unless they are manual. */
  reduction: "sum" | "mean";
  /** `manual`: the article's formulas, the gradients of the mean loss without the clamp. */
  gradient: "autograd" | "manual";
  init: "linear" | "randn";
}

const linear = { sizes: [784, 10], batch: 64, gradient: "autograd", init: "linear" } as const;

/** LeNet-5 as PyTorch's tutorials write it, with softmax. */
const LENET = {
  sizes: [],
  model: [
    ...["image(1,28,28)", "conv2d(1,6,5,padding=2)", "relu", "maxpool2d(2)", "conv2d(6,16,5)", "relu", "maxpool2d(2)"],
    ...["flatten", "linear(400,120)", "relu", "linear(120,84)", "relu", "linear(84,10)", "softmax"],
  ],
  batch: 64,
  lr: 0.05,
  reduction: "mean",
  gradient: "autograd",
  init: "linear",
} satisfies Partial<TrainingJob>;

/**
 * The four trainings of one linear layer differ in the work of a step. Their learning rate is not the experiments' 1, at
 * which rounding decides the course of a run, so no two programs would have a common curve to check. The work of a step
 * does not depend on it. 0.001 of the sum is 0.064 of the mean over 64 rows.
 */
export const JOBS: readonly TrainingJob[] = [
  {
    name: "two-layer",
    about: "784-30-10, batch 64",
    sizes: [784, 30, 10],
    batch: 64,
    lr: 0.001,
    reduction: "sum",
    gradient: "autograd",
    init: "linear",
  },
  {
    ...linear,
    name: "linear-sgd",
    about: "784-10, batch 64, summed loss, lr 0.001 (linear-basic-optim and autograd-linear do the same work)",
    sizes: [784, 10],
    lr: 0.001,
    reduction: "sum",
  },
  {
    ...linear,
    name: "linear-mean",
    about: "784-10, batch 64, mean loss, lr 0.064",
    sizes: [784, 10],
    lr: 0.064,
    reduction: "mean",
  },
  {
    ...linear,
    name: "manual-linear",
    about: "784-10, batch 64, manual gradients, normal weights, lr 0.064",
    sizes: [784, 10],
    lr: 0.064,
    reduction: "sum",
    gradient: "manual",
    init: "randn",
  },
  {
    name: "wide",
    about: "784-256-128-10, batch 128",
    sizes: [784, 256, 128, 10],
    batch: 128,
    lr: 0.001,
    reduction: "sum",
    gradient: "autograd",
    init: "linear",
  },
  { ...LENET, name: "lenet", about: "LeNet (two convolutions, three linear layers), batch 64, mean loss, lr 0.05" },
  {
    ...LENET,
    name: "lenet-short",
    about: "20 steps of the same: an epoch of all images takes TensorFlow.js minutes",
    rows: 1280,
  },
];

/** Images of the training set. */
export const ROWS = 60000;

/** What decides the work of a job. */
type ModelOf = Pick<TrainingJob, "sizes" | "model" | "rows">;

/** The rows that a job trains on. */
export function rowsOf({ rows = ROWS }: Pick<TrainingJob, "rows">): number {
  return rows;
}

/** A job's model in short: "784-30-10", or its name. */
export function modelText({ name, sizes }: TrainingJob): string {
  return sizes.length === 0 ? name : sizes.join("-");
}

/** The texts of a job's layers. */
export function layersOf({ sizes, model }: ModelOf): string[] {
  if (model !== undefined) return model;
  const layers = sizes.slice(1).flatMap((outputs, i) => [`linear(${sizes[i]},${outputs})`, "relu"]);
  return [...layers.slice(0, -1), "softmax"];
}

/**
 * Floating-point operations of the products of an epoch: two per weight, place where it is used, and row forward, two for
 * its gradient, and two for the gradient of the layer's input, which the first layer does not need. Everything else is
 * ignored.
 */
export function flopPerEpoch(job: ModelOf): number {
  const model = parseModel(layersOf(job), layers);
  const shapes = exampleShapes(model);
  const weights = parameterSpecs(model).filter(({ key }) => key === "weight");
  const products = weights.map(({ layer, spec: { shape } }, i) => {
    const [, ...places] = shape.length === 4 ? shapes[layer + 1] : [];
    return (i === 0 ? 4 : 6) * sizeOf(shape) * sizeOf(places);
  });
  return rowsOf(job) * products.reduce((sum, count) => sum + count, 0);
}
