/** The figures and the predictions of a run, for spreadsheets and other programs. */
import { defineExport } from "../../define/export.ts";
import { finalFigures, type FinishedRun } from "../../define/figure.ts";
import { encodeJson } from "../../formats/json.ts";
import { csvBytes } from "../../text/csv.ts";
import { classText, namesOf } from "../kinds/dataset_names.ts";
import { readPredictions, readTargetPredictions, targetNames } from "../kinds/predictions.ts";
import { classifies } from "../kinds/run_params.ts";

/** metrics.json. */
export const metricsJson = defineExport({
  name: "metrics.json",
  about: "The figures at the end of the run.",
  source: import.meta.url,
  write: (run) => encodeJson(finalFigures(run)),
});

/** history.csv: one row per epoch, where epoch 0 is the untrained model, and one column per figure that has one. */
export const historyCsv = defineExport({
  name: "history.csv",
  about: "The figures after every epoch; epoch 0 is the untrained model.",
  source: import.meta.url,
  when: ({ columns }) => columns.length > 0,
  write({ columns, epochs, figures }) {
    const header = ["epoch", ...columns.map(({ name }) => name)];
    const rows = Array.from(
      { length: epochs + 1 },
      (_, epoch) => [epoch, ...columns.map(({ figure }) => figures[figure][epoch] ?? "")],
    );
    return csvBytes([header, ...rows]);
  },
});

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
  write: (run) => csvBytes(classifies(run) ? classTable(run) : targetTable(run)),
});

/** The numbers that were to be predicted, and those that were. */
function* targetTable(run: FinishedRun): Generator<readonly (string | number)[]> {
  const { count, targets, predicted, truth } = readTargetPredictions(run);
  const names = targetNames(namesOf(run).targets, targets);
  const digits = (value: number) => Number(value.toPrecision(9));
  yield ["row", ...names.flatMap((name) => [name, `predicted ${name}`])];
  for (let row = 0; row < count; row++) {
    const cells = names.flatMap((_, target) => {
      const at = row * targets + target;
      return [digits(truth[at]), digits(predicted[at])];
    });
    yield [row, ...cells];
  }
}

function* classTable(run: FinishedRun): Generator<readonly (string | number)[]> {
  const names = namesOf(run);
  const nameColumns = names.classes.length > 0 ? ["label_name", "predicted_name"] : [];
  const predictions = readPredictions(run);
  for (const { row, label, predicted, probabilities } of predictions) {
    const digits = Array.from(probabilities, (p) => Number(p.toPrecision(9)));
    const classes = digits.map((_, c) => `p${c}`);
    if (row === 0) yield ["row", "label", "predicted", "correct", "probability", ...classes, ...nameColumns];
    const named = nameColumns.length > 0 ? [label, predicted].map((number) => classText(names, number)) : [];
    yield [row, label, predicted, label === predicted ? 1 : 0, digits[predicted], ...digits, ...named];
  }
}
