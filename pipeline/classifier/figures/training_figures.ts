/** The size of the model, and its accuracy in training. */
import { defineFigure } from "../../define/figure.ts";
import { parametersIn } from "../../formats/tensor_digests.ts";
import type { EpochMetrics } from "../kinds/json_kinds.ts";
import { TRAINING_DATA } from "./compared_data.ts";
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
