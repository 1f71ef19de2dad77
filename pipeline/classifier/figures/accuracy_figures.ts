/** How many images are classified correctly. */
import { defineFigure, type FigureDefinition, finalValue } from "../../define/figure.ts";
import type { KnownOfRun } from "../../define/experiment_check.ts";
import { countText } from "../../text/numbers.ts";
import { targetOf } from "../kinds/label_target.ts";
import type { AnyEvaluation } from "../kinds/json_kinds.ts";
import { ADVICE, lacksValidationRows } from "../kinds/validation_rows.ts";
import { TEST_DATA } from "./compared_data.ts";
import { type EvaluatedSet, figureOf, TITLES } from "./evaluated_set.ts";

const shared = { source: import.meta.url };

/** The accuracy on the validation rows after every epoch, and on the test set, with numerators and denominators. */
export const accuracyFigures: readonly FigureDefinition[] = [
  ...accuracyOn("validation"),
  ...accuracyOn("test"),
  defineFigure<AnyEvaluation>({
    ...figureOf("test", "mean_batch_accuracy", ({ mean_batch_accuracy }) => mean_batch_accuracy),
    ...shared,
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

/** What an experiment lacks to have an accuracy on its validation rows. */
function lacksAccuracy(known: KnownOfRun): string | null {
  if (lacksValidationRows(known)) return ADVICE;
  const isNumber = targetOf(known.params.tensorize) === "number";
  return isNumber ? 'numbers that are predicted have no accuracy. Write "metric": "validation.loss".' : null;
}

function accuracyOn(set: EvaluatedSet): FigureDefinition[] {
  const isTest = set === "test";
  const [correct, total] = ["correct", "total"].map((name) => isTest ? name : `validation.${name}`);
  return [
    defineFigure<AnyEvaluation>({
      ...figureOf(set, "accuracy", ({ accuracy }) => accuracy),
      ...shared,
      title: `${TITLES[set]} accuracy`,
      ...(isTest ? { heading: "accuracy" } : { chooses: true, lacks: lacksAccuracy }),
      about: `Share of the ${set} examples that are classified correctly. Epoch 0 is the untrained model.`,
      form: "percent",
      step: total,
      better: "higher",
      shownIn: ["summary", "compare", "ui"],
      column: { name: `${set}_accuracy`, ...(isTest ? { place: 2 } : {}) },
      note(figures) {
        const [part, all] = [correct, total].map((name) => countText(Number(finalValue(figures, name))));
        const when = isTest && Object.hasOwn(figures, "validation.accuracy") ? ", after the last epoch" : "";
        return `${part} of ${all} correct${when}`;
      },
    }),
    defineFigure<AnyEvaluation>({
      ...figureOf(set, "correct", ({ correct }) => correct),
      ...shared,
      title: isTest ? "Correct" : "Correct in validation",
      about: `${TITLES[set]} examples that are classified correctly.`,
      form: "count",
      better: "higher",
      column: { name: `${set}_correct`, ...(isTest ? { place: 4 } : {}) },
    }),
    defineFigure<AnyEvaluation>({
      ...figureOf(set, "total", ({ total }) => total),
      ...shared,
      title: `${TITLES[set]} examples`,
      about: `Examples in the ${set} set.`,
      form: "count",
      dependsOn: [],
      column: undefined,
    }),
  ];
}
