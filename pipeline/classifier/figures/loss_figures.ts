/** The losses on the validation rows, on the test set and in training. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import type { AnyEvaluation, EpochMetrics } from "../kinds/json_kinds.ts";
import { BATCH_LOSS, LOSS, TEST_DATA, TRAINING_DATA } from "./compared_data.ts";
import { ofTest, ofValidation } from "./evaluated_set.ts";

const shared = { source: import.meta.url, form: "number", better: "lower" } as const;

/** The losses after every epoch, and that of its training. */
export const lossFigures: readonly FigureDefinition[] = [
  defineFigure<AnyEvaluation>({
    ...shared,
    ...ofValidation(({ loss }) => loss ?? Infinity),
    name: "validation.loss",
    title: "Validation loss",
    chooses: true,
    about: "Mean over the validation batches of the batch's loss, reduced as in training.",
    dependsOn: [...TRAINING_DATA, ...BATCH_LOSS],
    shownIn: ["summary", "ui"],
    column: { name: "validation_loss" },
  }),
  defineFigure<AnyEvaluation>({
    ...shared,
    ...ofValidation(({ loss_per_image }) => loss_per_image ?? Infinity),
    name: "validation.loss_per_image",
    title: "Validation loss per example",
    about: "Mean loss of a validation example, whatever the reduction.",
    dependsOn: [...TRAINING_DATA, ...LOSS],
    shownIn: ["compare"],
    column: { name: "validation_loss_per_image" },
  }),
  defineFigure<AnyEvaluation>({
    ...shared,
    ...ofTest(({ loss }) => loss ?? Infinity),
    name: "loss",
    title: "Test loss",
    about: "Mean over the test batches of the batch's loss, reduced as in training.",
    dependsOn: [...TEST_DATA, ...BATCH_LOSS],
    shownIn: ["summary", "ui"],
    column: { name: "test_loss" },
  }),
  defineFigure<AnyEvaluation>({
    ...shared,
    ...ofTest(({ loss_per_image }) => loss_per_image ?? Infinity),
    name: "loss_per_image",
    title: "Test loss per example",
    heading: "loss per example",
    about: "Mean loss of a test example, whatever the reduction.",
    dependsOn: [...TEST_DATA, ...LOSS],
    shownIn: ["compare"],
    column: { name: "test_loss_per_image" },
  }),
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
