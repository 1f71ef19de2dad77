/** The losses on the validation rows, on the test set and in training. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import type { AnyEvaluation, EpochMetrics } from "../kinds/json_kinds.ts";
import { BATCH_LOSS, LOSS, TRAINING_DATA } from "./compared_data.ts";
import { type EvaluatedSet, figureOf, TITLES } from "./evaluated_set.ts";

const shared = { source: import.meta.url, form: "number", better: "lower" } as const;

/** The losses after every epoch, and that of its training. */
export const lossFigures: readonly FigureDefinition[] = [
  ...lossOn("validation"),
  ...lossOn("test"),
  defineFigure<EpochMetrics>({
    ...shared,
    name: "train_loss",
    title: "Train loss",
    about: "Mean over the epoch's batches of the batch's loss before its step.",
    dependsOn: [...TRAINING_DATA, ...LOSS, "train.loss.reduction", "batch.size"],
    shownIn: ["summary", "compare", "ui"],
    column: { name: "train_loss", place: 1 },
    from: "metrics",
    value: ({ train_loss }) => train_loss,
  }),
];

function lossOn(set: EvaluatedSet): FigureDefinition[] {
  const ofBatches = figureOf(set, "loss", ({ loss }) => loss ?? Infinity);
  const ofRows = figureOf(set, "loss_per_image", ({ loss_per_image }) => loss_per_image ?? Infinity);
  return [
    defineFigure<AnyEvaluation>({
      ...shared,
      ...ofBatches,
      title: `${TITLES[set]} loss`,
      ...(set === "validation" ? { chooses: true } : {}),
      about: `Mean over the ${set} batches of the batch's loss, reduced as in training.`,
      dependsOn: [...ofBatches.dependsOn, ...BATCH_LOSS],
      shownIn: ["summary", "ui"],
    }),
    defineFigure<AnyEvaluation>({
      ...shared,
      ...ofRows,
      title: `${TITLES[set]} loss per example`,
      ...(set === "test" ? { heading: "loss per example" } : {}),
      about: `Mean loss of a ${set} example, whatever the reduction.`,
      dependsOn: [...ofRows.dependsOn, ...LOSS],
      shownIn: ["compare"],
    }),
  ];
}
