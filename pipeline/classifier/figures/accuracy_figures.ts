/** How many test images are classified correctly. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import { finalValue, type FinishedRun } from "../../define/finished_run.ts";
import { countText } from "../../text/numbers.ts";
import type { Evaluation } from "../kinds/json_kinds.ts";
import { TEST_DATA } from "./compared_data.ts";

const shared = { source: import.meta.url, from: "evaluation", dependsOn: TEST_DATA };

/** The accuracy after every epoch, with its numerator and denominator. */
export const accuracyFigures: readonly FigureDefinition[] = [
  defineFigure<Evaluation>({
    ...shared,
    name: "accuracy",
    title: "Test accuracy",
    heading: "accuracy",
    about: "Share of the test images that are classified correctly. Epoch 0 is the untrained model.",
    form: "percent",
    step: "total",
    better: "higher",
    shownIn: ["summary", "compare", "ui"],
    column: { name: "test_accuracy", place: 2 },
    value: ({ accuracy }) => accuracy,
    note(figures) {
      const [correct, total] = ["correct", "total"].map((name) => countText(Number(finalValue(figures, name))));
      return `${correct} of ${total} correct`;
    },
  }),
  defineFigure<Evaluation>({
    ...shared,
    name: "correct",
    title: "Correct",
    about: "Test images that are classified correctly.",
    form: "count",
    better: "higher",
    column: { name: "test_correct", place: 4 },
    value: ({ correct }) => correct,
  }),
  defineFigure<Evaluation>({
    ...shared,
    name: "total",
    title: "Test images",
    about: "Images in the test set.",
    form: "count",
    dependsOn: [],
    value: ({ total }) => total,
  }),
  defineFigure<Evaluation>({
    ...shared,
    name: "mean_batch_accuracy",
    title: "Mean of batch accuracies",
    heading: "mean of batches",
    about:
      "Mean of the test batches' accuracies, rounded to 4 decimals, as in the article: a short batch counts fully.",
    form: "percent",
    dependsOn: [...TEST_DATA, "validate.batch_size"],
    step: 1e-4,
    better: "higher",
    column: { name: "test_mean_batch_accuracy", place: 3 },
    value: ({ mean_batch_accuracy }) => mean_batch_accuracy,
  }),
];

/** The epoch of the highest test accuracy, the first of several. */
export const bestFigures: readonly FigureDefinition[] = [
  defineFigure({
    ...shared,
    name: "best.epoch",
    title: "Best epoch",
    about: "Epoch of the highest test accuracy.",
    form: "count",
    ofRun: bestEpochOf,
  }),
  defineFigure({
    ...shared,
    name: "best.accuracy",
    title: "Best accuracy",
    about: "Highest test accuracy of all epochs.",
    form: "percent",
    step: "total",
    better: "higher",
    shownIn: ["summary"],
    ofRun: (run) => run.figures.accuracy[bestEpochOf(run)],
    note: (figures) => `epoch ${finalValue(figures, "best.epoch")}`,
  }),
  defineFigure({
    ...shared,
    name: "best.correct",
    title: "Best correct",
    about: "Test images that are classified correctly in the best epoch.",
    form: "count",
    better: "higher",
    ofRun: (run) => run.figures.correct[bestEpochOf(run)],
  }),
];

function bestEpochOf({ figures: { accuracy } }: FinishedRun): number {
  return (accuracy as number[]).reduce((best, value, i, all) => (value > all[best] ? i : best), 0);
}
