/** How many test images are classified correctly. */
import { defineFigure } from "../../define/figure.ts";
import { finalValue, type FinishedRun } from "../../define/finished_run.ts";
import { countText } from "../../text/numbers.ts";
import type { Evaluation } from "../epoch_results.ts";

/** Share of the test set that is classified correctly. */
export const accuracy = defineFigure<Evaluation>({
  name: "accuracy",
  title: "Test accuracy",
  heading: "accuracy",
  about: "Share of the test images that are classified correctly. Epoch 0 is the untrained model.",
  source: import.meta.url,
  form: "percent",
  better: "higher",
  shownIn: ["summary", "compare", "ui"],
  column: { name: "test_accuracy", place: 2 },
  from: "evaluation",
  value: ({ accuracy }) => accuracy,
  note: (figures) => `${count(finalValue(figures, "correct"))} of ${count(finalValue(figures, "total"))} correct`,
});

/** How many test images are classified correctly. */
export const correct = defineFigure<Evaluation>({
  name: "correct",
  title: "Correct",
  about: "Test images that are classified correctly.",
  source: import.meta.url,
  form: "count",
  better: "higher",
  column: { name: "test_correct", place: 4 },
  from: "evaluation",
  value: ({ correct }) => correct,
});

/** How many test images there are. */
export const total = defineFigure<Evaluation>({
  name: "total",
  title: "Test images",
  about: "Images in the test set.",
  source: import.meta.url,
  form: "count",
  better: null,
  from: "evaluation",
  value: ({ total }) => total,
});

/** The article's accuracy: a short last batch counts as much as a full one. */
export const meanBatchAccuracy = defineFigure<Evaluation>({
  name: "mean_batch_accuracy",
  title: "Mean of batch accuracies",
  heading: "mean of batches",
  about: "Mean of the accuracies of the test batches, rounded to 4 decimals, as in the article.",
  source: import.meta.url,
  form: "percent",
  better: "higher",
  column: { name: "test_mean_batch_accuracy", place: 3 },
  from: "evaluation",
  value: ({ mean_batch_accuracy }) => mean_batch_accuracy,
});

/** The epoch of the highest test accuracy. */
export const bestEpoch = defineFigure({
  name: "best.epoch",
  title: "Best epoch",
  about: "Epoch of the highest test accuracy; the first of several.",
  source: import.meta.url,
  form: "count",
  better: null,
  from: null,
  ofRun: bestEpochOf,
});

/** The highest test accuracy. */
export const bestAccuracy = defineFigure({
  name: "best.accuracy",
  title: "Best accuracy",
  about: "Highest test accuracy of all epochs.",
  source: import.meta.url,
  form: "percent",
  better: "higher",
  shownIn: ["summary"],
  from: null,
  ofRun: (run) => run.figures.accuracy[bestEpochOf(run) ?? -1],
  note: (figures) => `in epoch ${finalValue(figures, "best.epoch")}`,
});

/** How many test images are classified correctly in the best epoch. */
export const bestCorrect = defineFigure({
  name: "best.correct",
  title: "Best correct",
  about: "Test images that are classified correctly in the best epoch.",
  source: import.meta.url,
  form: "count",
  better: "higher",
  from: null,
  ofRun: (run) => run.figures.correct[bestEpochOf(run) ?? -1],
});

function bestEpochOf({ figures }: FinishedRun): number | undefined {
  const values = figures.accuracy as readonly number[];
  return values.length === 0 ? undefined : values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}

function count(value: unknown): string {
  return countText(Number(value));
}
