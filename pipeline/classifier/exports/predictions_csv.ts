/** predictions.csv: what the model predicts for every test image. */
import { defineExport } from "../../define/export.ts";
import { csvBytes } from "../../text/csv.ts";
import { type Predictions, readPredictions } from "../kinds/predictions.ts";

/** predictions.csv: a row per test image. Probabilities have 9 digits, which give the float32 back. */
export const predictionsCsv = defineExport({
  name: "predictions.csv",
  about: "Every test image's label, prediction and probabilities after the last epoch.",
  source: import.meta.url,
  from: ["predictions", "test_labels"],
  write(run) {
    const predictions = readPredictions(run.artifact("predictions"), run.artifact("test_labels"));
    return csvBytes(rowsOf(predictions));
  },
});

function* rowsOf(predictions: Predictions): Generator<readonly (string | number)[]> {
  for (const { row, label, predicted, probabilities } of predictions) {
    const digits = Array.from(probabilities, (p) => Number(p.toPrecision(9)));
    if (row === 0) yield ["row", "label", "predicted", "correct", "probability", ...digits.map((_, c) => `p${c}`)];
    yield [row, label, predicted, label === predicted ? 1 : 0, digits[predicted], ...digits];
  }
}
