/** Metrics of predictions: which class is predicted, and how often it is the label. */
import type { Tensor } from "../tensor/tensor.ts";

/** The index, from `start`, of the first largest of `count` values; NaN counts as the largest, as in torch.argmax. */
export function argmaxOf(values: ArrayLike<number>, start = 0, count: number = values.length - start): number {
  let best = 0;
  let largest = values[start];
  for (let i = 1; i < count; i++) {
    const value = values[start + i];
    if (value <= largest || largest !== largest) continue;
    best = i;
    largest = value;
  }
  return best;
}

/** The number of rows of `outputs` `[N, C]`, such as probabilities or logits, whose predicted class is the label. */
export function countCorrect(outputs: Tensor, labels: Tensor<"uint8">): number {
  const classes = outputs.shape[1];
  const [values, truth] = [outputs.data, labels.data];
  let correct = 0;
  for (let row = 0; row < truth.length; row++) {
    if (argmaxOf(values, row * classes, classes) === truth[row]) correct++;
  }
  return correct;
}

/**
 * The number of rows of `probabilities` `[N, C]` whose label has a probability below `clamp`, rounded to float32. A
 * clamped loss has no gradient for them (torch.clamp passes the gradient at the bound itself).
 */
export function countClamped(probabilities: Tensor, labels: Tensor<"uint8">, clamp: number): number {
  const low = Math.fround(clamp);
  const classes = probabilities.shape[1];
  const { data } = probabilities;
  return labels.data.reduce((sum, label, row) => sum + Number(data[row * classes + label] < low), 0);
}

/**
 * The article's validate_epoch: the float32 mean of the batches' accuracies, rounded to 4 decimals. A short last batch
 * counts as much as a full one, so the result can differ from correct / total.
 */
export function meanBatchAccuracy(correct: readonly number[], sizes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < correct.length; i++) sum += Math.fround(correct[i] / sizes[i]);
  return roundToFour(Math.fround(sum / correct.length));
}

/** Python's round(x, 4) for a float32 of at most 1: the product is exact in float64, and ties round to even. */
function roundToFour(x: number): number {
  const scaled = x * 10000;
  const below = Math.floor(scaled);
  const isUp = scaled - below > 0.5 || (scaled - below === 0.5 && below % 2 === 1);
  return (isUp ? below + 1 : below) / 10000;
}

/** Precision, recall and support of one class. */
export interface ClassMetrics {
  class: number;
  /** correct / predicted; null if the class was never predicted. */
  precision: number | null;
  /** correct / support; null if the class has no examples. */
  recall: number | null;
  /** Number of examples of the class. */
  support: number;
}

/** The metrics of each class, from the cells of a confusion matrix. */
export function classMetrics(
  classes: number,
  cells: readonly (readonly [truth: number, predicted: number, images: number])[],
): ClassMetrics[] {
  const [support, predicted, correct] = [0, 1, 2].map(() => new Array<number>(classes).fill(0));
  for (const [truth, guess, images] of cells) {
    support[truth] += images;
    predicted[guess] += images;
    if (truth === guess) correct[truth] += images;
  }
  return support.map((count, c) => ({
    class: c,
    precision: predicted[c] === 0 ? null : correct[c] / predicted[c],
    recall: count === 0 ? null : correct[c] / count,
    support: count,
  }));
}
