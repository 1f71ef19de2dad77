/** The size of the model, and its accuracy in training. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import { parametersIn } from "../../formats/tensor_digests.ts";
import type { EpochMetrics } from "../kinds/json_kinds.ts";
import { LOSS, TRAINING_DATA } from "./compared_data.ts";
import { pytorchRemark } from "./pytorch_bits.ts";

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
    return parametersIn(run.artifact("checkpoint").bytes(), "checkpoint").reduce(
      (sum, { data }) => sum + data.length,
      0,
    );
  },
  remark: (run) => pytorchRemark(run),
});

/** Share of the training examples that are classified correctly. */
export const trainAccuracy = defineFigure<EpochMetrics>({
  name: "train_accuracy",
  title: "Train accuracy",
  about: "Share of the training examples that are classified correctly before their batch's step.",
  source: import.meta.url,
  form: "percent",
  dependsOn: TRAINING_DATA,
  better: "higher",
  column: { name: "train_accuracy" },
  from: "metrics",
  value: ({ train_accuracy }) => train_accuracy,
});

/** What a schedule and clipping do, in runs that have them. */
export const stepFigures: readonly FigureDefinition[] = [
  defineFigure<EpochMetrics>({
    name: "learning_rate",
    title: "Learning rate",
    about: "The learning rate of the epoch's last step, where a schedule changes it.",
    source: import.meta.url,
    shownIn: ["compare"],
    column: { name: "learning_rate" },
    from: "metrics",
    value: ({ learning_rate }) => learning_rate,
  }),
  defineFigure<EpochMetrics>({
    name: "gradient_norm",
    title: "Gradient norm",
    about: "Mean over the epoch's steps of the norm of all gradients before they are clipped.",
    source: import.meta.url,
    dependsOn: [...TRAINING_DATA, ...LOSS, "train.loss.reduction", "batch.size"],
    column: { name: "gradient_norm" },
    from: "metrics",
    value: ({ gradient_norm }) => gradient_norm,
  }),
];
