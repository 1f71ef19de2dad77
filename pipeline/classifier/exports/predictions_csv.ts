/** predictions.csv: what the model predicts for every test image. */
import { defineExport } from "../../define/export.ts";
import type { FinishedRun } from "../../define/finished_run.ts";
import { csvOf } from "../../text/csv.ts";
import { classText, namesOf } from "../kinds/dataset_names.ts";
import { classifies } from "../kinds/run_params.ts";
import { readTargetPredictions, targetNames } from "../kinds/target_predictions.ts";
import { readPredictions } from "../kinds/predictions.ts";

/**
 * predictions.csv: a row per test image. Probabilities have 9 digits, which give the float32 back. If the classes have
 * names, the last two columns are those of the label and of the prediction. Of predicted numbers, the targets and the
 * predictions.
 */
export const predictionsCsv = defineExport({
  name: "predictions.csv",
  about:
    "Every test row's label, prediction and probabilities after the last epoch, or its numbers and those predicted.",
  source: import.meta.url,
  from: ["predictions", "test_labels"],
  write(run) {
    return new TextEncoder().encode(csvOf(classifies(run) ? classTable(run) : targetTable(run)));
  },
});

/** The numbers that were to be predicted, and those that were. */
function targetTable(run: FinishedRun): (string | number)[][] {
  const { count, targets, predicted, truth } = readTargetPredictions(
    run.artifact("predictions"),
    run.artifact("test_labels"),
  );
  const names = targetNames(namesOf(run).targets, targets);
  const digits = (value: number) => Number(value.toPrecision(9));
  const rows = Array.from({ length: count }, (_, row) =>
    names.flatMap((_, target) => {
      const at = row * targets + target;
      return [digits(truth[at]), digits(predicted[at])];
    }));
  return [["row", ...names.flatMap((name) => [name, `predicted ${name}`])], ...rows.map((row, i) => [i, ...row])];
}

function classTable(run: FinishedRun): (string | number)[][] {
  const predictions = readPredictions(run.artifact("predictions"), run.artifact("test_labels"));
  const classes = [...predictions[0].probabilities].map((_, c) => `p${c}`);
  const names = namesOf(run);
  const nameColumns = names.classes.length > 0 ? ["label_name", "predicted_name"] : [];
  const header = ["row", "label", "predicted", "correct", "probability", ...classes, ...nameColumns];
  const rows = predictions.map(({ row, label, predicted, probabilities }) => {
    const digits = Array.from(probabilities, (p) => Number(p.toPrecision(9)));
    const named = nameColumns.length > 0 ? [label, predicted].map((number) => classText(names, number)) : [];
    return [row, label, predicted, label === predicted ? 1 : 0, digits[predicted], ...digits, ...named];
  });
  return [header, ...rows];
}
