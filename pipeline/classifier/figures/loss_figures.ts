/** The size of the model, its losses on the test set and in training, and its accuracy in training. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import type { EpochMetrics, Evaluation } from "../kinds/json_kinds.ts";
import { TEST_DATA, TRAINING_DATA } from "./compared_data.ts";
import { decodeSafetensors } from "../../formats/safetensors.ts";
import { pytorchRemark } from "./pytorch_bits.ts";

const LOSS = ["train.loss.name", "train.loss.clamp"];

const shared = { source: import.meta.url, form: "number", better: "lower" } as const;

/** The losses after every epoch, and that of its training. */
export const lossFigures: readonly FigureDefinition[] = [
  defineFigure<Evaluation>({
    ...shared,
    name: "loss",
    title: "Test loss",
    about: "Mean over the test batches of the batch's loss, reduced as in training.",
    dependsOn: [...TEST_DATA, ...LOSS, "train.loss.reduction", "validate.batch_size"],
    shownIn: ["summary", "ui"],
    column: { name: "test_loss" },
    from: "evaluation",
    value: ({ loss }) => loss ?? Infinity,
  }),
  defineFigure<Evaluation>({
    ...shared,
    name: "loss_per_image",
    title: "Test loss per image",
    heading: "loss per image",
    about: "Mean loss of a test image, whatever the reduction.",
    dependsOn: [...TEST_DATA, ...LOSS],
    shownIn: ["compare"],
    column: { name: "test_loss_per_image" },
    from: "evaluation",
    value: ({ loss_per_image }) => loss_per_image ?? Infinity,
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

/** How many numbers are trained. */
export const parameters = defineFigure({
  name: "parameters",
  title: "Parameters",
  about: "Numbers in the model that training changes.",
  source: import.meta.url,
  form: "count",
  dependsOn: [],
  from: "checkpoint",
  ofRun(run) {
    const { tensors } = decodeSafetensors(run.artifact("checkpoint").bytes(), "checkpoint");
    return tensors.reduce((sum, { data }) => sum + data.length, 0);
  },
  remark: (run) => pytorchRemark(run),
});

/** Share of the training images that are classified correctly. */
export const trainAccuracy = defineFigure<EpochMetrics>({
  name: "train_accuracy",
  title: "Train accuracy",
  about: "Share of the training images that are classified correctly before their batch's step.",
  source: import.meta.url,
  form: "percent",
  dependsOn: TRAINING_DATA,
  better: "higher",
  column: { name: "train_accuracy" },
  from: "metrics",
  value: ({ train_accuracy }) => train_accuracy,
});
