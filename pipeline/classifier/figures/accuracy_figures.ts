/** How many images are classified correctly. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import { type FigureValues, finalValue } from "../../define/finished_run.ts";
import { countText } from "../../text/numbers.ts";
import type { AnyEvaluation } from "../kinds/json_kinds.ts";
import { TEST_DATA } from "./compared_data.ts";
import { ofTest, ofValidation } from "./evaluated_set.ts";

const shared = { source: import.meta.url };

/** The accuracy on the validation rows after every epoch, with its numerator and denominator. */
export const validationAccuracy: readonly FigureDefinition[] = [
  defineFigure<AnyEvaluation>({
    ...ofValidation(({ accuracy }) => accuracy),
    ...shared,
    name: "validation.accuracy",
    title: "Validation accuracy",
    about: "Share of the validation examples that are classified correctly. Epoch 0 is the untrained model.",
    form: "percent",
    step: "validation.total",
    better: "higher",
    chooses: true,
    shownIn: ["summary", "compare", "ui"],
    column: { name: "validation_accuracy" },
    note: (figures) => shareText(figures, "validation.correct", "validation.total"),
  }),
  defineFigure<AnyEvaluation>({
    ...ofValidation(({ correct }) => correct),
    ...shared,
    name: "validation.correct",
    title: "Correct in validation",
    about: "Validation examples that are classified correctly.",
    form: "count",
    better: "higher",
    column: { name: "validation_correct" },
  }),
  defineFigure<AnyEvaluation>({
    ...ofValidation(({ total }) => total),
    ...shared,
    name: "validation.total",
    title: "Validation examples",
    about: "Examples in the validation set.",
    form: "count",
    dependsOn: [],
  }),
];

/** The accuracy on the test set, with its numerator and denominator. */
export const accuracyFigures: readonly FigureDefinition[] = [
  defineFigure<AnyEvaluation>({
    ...ofTest(({ accuracy }) => accuracy),
    ...shared,
    name: "accuracy",
    title: "Test accuracy",
    heading: "accuracy",
    about: "Share of the test examples that are classified correctly. Epoch 0 is the untrained model.",
    form: "percent",
    step: "total",
    better: "higher",
    shownIn: ["summary", "compare", "ui"],
    column: { name: "test_accuracy", place: 2 },
    note(figures) {
      const when = Object.hasOwn(figures, "validation.accuracy") ? ", after the last epoch" : "";
      return shareText(figures, "correct", "total") + when;
    },
  }),
  defineFigure<AnyEvaluation>({
    ...ofTest(({ correct }) => correct),
    ...shared,
    name: "correct",
    title: "Correct",
    about: "Test examples that are classified correctly.",
    form: "count",
    better: "higher",
    column: { name: "test_correct", place: 4 },
  }),
  defineFigure<AnyEvaluation>({
    ...ofTest(({ total }) => total),
    ...shared,
    name: "total",
    title: "Test examples",
    about: "Examples in the test set.",
    form: "count",
    dependsOn: [],
  }),
  defineFigure<AnyEvaluation>({
    ...ofTest(({ mean_batch_accuracy }) => mean_batch_accuracy),
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
  }),
];

function shareText(figures: FigureValues, correct: string, total: string): string {
  const [part, all] = [correct, total].map((name) => countText(Number(finalValue(figures, name))));
  return `${part} of ${all} correct`;
}
