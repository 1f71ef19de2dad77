/** The trainings that are timed, as plain data: the work of Retrace and its peers. */

/** A classifier of MNIST: linear layers with ReLU between them, softmax, cross-entropy clamped at 1e-10, SGD. */
export interface TrainingJob {
  name: string;
  about: string;
  /** Inputs, hidden layers, classes. */
  sizes: number[];
  batch: number;
  lr: number;
  /** Over the rows of a batch: of the loss, and of the gradients unless they are manual. */
  reduction: "sum" | "mean";
  /** `manual`: the article's formulas, the gradients of the mean loss without the clamp. */
  gradient: "autograd" | "manual";
  init: "linear" | "randn";
}

const linear = { sizes: [784, 10], batch: 64, gradient: "autograd", init: "linear" } as const;

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
];

/** Images of the training set. */
export const ROWS = 60000;

/**
 * Floating-point operations of the matrix products of an epoch: two per weight and row forward, two for its gradient, and
 * two for the gradient of the layer's input, which the first layer does not need. Everything else is ignored.
 */
export function flopPerEpoch({ sizes }: Pick<TrainingJob, "sizes">): number {
  const weights = sizes.slice(1).map((outputs, layer) => sizes[layer] * outputs);
  return ROWS * weights.reduce((sum, count, layer) => sum + (layer === 0 ? 4 : 6) * count, 0);
}
