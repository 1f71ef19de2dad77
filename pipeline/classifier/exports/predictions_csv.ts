/** predictions.csv: what the model predicts for every test image. */
import { defineExport } from "../../define/export.ts";
import { csvOf } from "../../text/csv.ts";
import { classText, namesOf } from "../kinds/dataset_names.ts";
import { readPredictions } from "../kinds/predictions.ts";

/**
 * predictions.csv: a row per test image. Probabilities have 9 digits, which give the float32 back. If the classes have
 * names, the last two columns are those of the label and of the prediction.
 */
export const predictionsCsv = defineExport({
  name: "predictions.csv",
  about: "Every test image's label, prediction and probabilities after the last epoch.",
  source: import.meta.url,
  from: ["predictions", "test_labels"],
  write(run) {
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
    return new TextEncoder().encode(csvOf([header, ...rows]));
  },
});
