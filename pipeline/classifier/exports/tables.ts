/** Figures and predictions, for spreadsheets and pandas. */
import { defineExport } from "../../define/export.ts";
import { csvOf } from "../../text/csv.ts";
import { finalFigures } from "../../define/finished_run.ts";
import { encodeJson } from "../../formats/json.ts";
import { readPredictions } from "../kinds/predictions.ts";

/** history.csv: one row per epoch, where epoch 0 is the untrained model, and one column per figure that has one. */
export const historyCsv = defineExport({
  name: "history.csv",
  about: "The figures after every epoch; epoch 0 is the untrained model.",
  source: import.meta.url,
  write({ columns, epochs, figures }) {
    const header = ["epoch", ...columns.map(({ name }) => name)];
    const rows = Array.from(
      { length: epochs + 1 },
      (_, epoch) => [epoch, ...columns.map(({ figure }) => figures[figure][epoch] ?? "")],
    );
    return new TextEncoder().encode(csvOf([header, ...rows]));
  },
});

/** metrics.json. */
export const metricsJson = defineExport({
  name: "metrics.json",
  about: "The figures at the end of the run.",
  source: import.meta.url,
  write: (run) => encodeJson(finalFigures(run)),
});

/** predictions.csv: a row per test image. Probabilities have 9 digits, which give the float32 back. */
export const predictionsCsv = defineExport({
  name: "predictions.csv",
  about: "Every test image's label, prediction and probabilities after the last epoch.",
  source: import.meta.url,
  from: ["predictions", "test_labels"],
  write(run) {
    const predictions = readPredictions(run.artifact("predictions"), run.artifact("test_labels"));
    const classes = [...predictions[0].probabilities].map((_, c) => `p${c}`);
    const header = ["row", "label", "predicted", "correct", "probability", ...classes];
    const rows = predictions.map(({ row, label, predicted, probabilities }) => {
      const digits = Array.from(probabilities, (p) => Number(p.toPrecision(9)));
      return [row, label, predicted, label === predicted ? 1 : 0, digits[predicted], ...digits];
    });
    return new TextEncoder().encode(csvOf([header, ...rows]));
  },
});
