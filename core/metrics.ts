/** What a model's probabilities are worth: which class they choose, and how often it is the right one. */
import type { Tensor } from "./tensor.ts";

/** The first of the largest values of row `row` of `values` `[N, C]`, torch.argmax; NaN counts as the largest. */
export function argmax(values: Tensor, row: number): number {
  const classes = values.shape[1];
  return argmaxOf(values.data, row * classes, classes) - row * classes;
}

/** The place of the first of the largest of `count` values from `start` on. */
function argmaxOf(data: Float32Array, start: number, count: number): number {
  let best = start;
  let largest = data[start];
  for (let i = start + 1; i < start + count; i++) {
    const value = data[i];
    if (value <= largest || largest !== largest) continue;
    best = i;
    largest = value;
  }
  return best;
}

/** Whether `argmaxOf` gives `at`, by branches that a trained model makes predictable: most rows choose their label. */
function isFirstLargest(data: Float32Array, start: number, count: number, at: number): boolean {
  const value = data[at];
  if (value !== value) return argmaxOf(data, start, count) === at;
  for (let i = start; i < at; i++) if (!(data[i] < value)) return false;
  for (let i = at + 1; i < start + count; i++) if (!(data[i] <= value)) return false;
  return true;
}

/** How many rows of `probabilities` `[N, C]` choose their label, which is below C. */
export function countCorrect(probabilities: Tensor, labels: Tensor<"uint8">): number {
  const classes = probabilities.shape[1];
  const [p, truth] = [probabilities.data, labels.data];
  let correct = 0;
  for (let row = 0; row < truth.length; row++) {
    if (isFirstLargest(p, row * classes, classes, row * classes + truth[row])) correct++;
  }
  return correct;
}

/**
 * How many rows of `probabilities` `[N, C]` give their label less than `clamp`, as float32. The clamped loss has no
 * gradient there (torch.clamp passes it on from the bound itself upwards).
 */
export function countClamped(probabilities: Tensor, labels: Tensor<"uint8">, clamp: number): number {
  const low = Math.fround(clamp);
  const classes = probabilities.shape[1];
  const [p, truth] = [probabilities.data, labels.data];
  let clamped = 0;
  for (let row = 0; row < truth.length; row++) {
    if (p[row * classes + truth[row]] < low) clamped++;
  }
  return clamped;
}

/**
 * The article's validate_epoch: the float32 mean of the batches' accuracies, rounded to 4 decimals. A short last batch
 * counts as much as a full one, so that it is not quite correct / total.
 */
export function meanBatchAccuracy(correct: readonly number[], sizes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < correct.length; i++) sum += Math.fround(correct[i] / sizes[i]);
  return roundToFour(Math.fround(sum / correct.length));
}

/** Python's round(x, 4) for a float32 of at most 1: the product is exact in float64, and a tie goes to the even digit. */
function roundToFour(x: number): number {
  const scaled = x * 10000;
  const below = Math.floor(scaled);
  const isUp = scaled - below > 0.5 || (scaled - below === 0.5 && below % 2 === 1);
  return (isUp ? below + 1 : below) / 10000;
}

/** Of one class: how often a prediction of it is right, how many of it are found, and how many there are. */
export interface ClassMetrics {
  class: number;
  /** correct / predicted; null when the class was never predicted. */
  precision: number | null;
  /** correct / support; null when there is no example of the class. */
  recall: number | null;
  support: number;
}

/** Precision and recall of each class from a confusion matrix: `confusion[true][predicted]` counts. */
export function classMetrics(confusion: readonly (readonly number[])[]): ClassMetrics[] {
  return confusion.map((row, c) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, other) => sum + other[c], 0);
    return {
      class: c,
      precision: predicted === 0 ? null : row[c] / predicted,
      recall: support === 0 ? null : row[c] / support,
      support,
    };
  });
}
