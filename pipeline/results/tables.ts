/** The CSV files of a run: they open in any spreadsheet and in pandas. */
import { decodeNpyOf } from "../formats/npy_of.ts";
import type { Artifact } from "../engine/stage/stage.ts";
import { neverPredicted } from "./stall.ts";
import type { Summary } from "./summary.ts";

/** history.csv: a row per epoch, epoch 0 being the untrained model. */
export function historyCsv({ training, evaluations }: Summary): string {
  const header = [
    ...["epoch", "train_loss", "test_accuracy", "test_mean_batch_accuracy", "test_correct", "test_loss"],
    ...["test_loss_per_image", "train_accuracy", "train_clamped", "test_classes_predicted"],
  ].join(",");
  const rows = evaluations.map((evaluation, i) => {
    const { epoch, accuracy, mean_batch_accuracy, correct, loss, loss_per_image } = evaluation;
    const { train_loss, train_accuracy, train_clamped } = training[i];
    const predicted = evaluation.confusion.length - neverPredicted(evaluation.confusion).length;
    const test = [accuracy, mean_batch_accuracy, correct, loss, loss_per_image];
    return [epoch, train_loss, ...test, train_accuracy, train_clamped, predicted].map((value) => value ?? "").join(",");
  });
  return [header, ...rows].join("\n") + "\n";
}

/** A test image's prediction. */
export interface Prediction {
  row: number;
  label: number;
  predicted: number;
  /** Of each class; they sum to 1. */
  probabilities: number[];
}

/** The predictions of the last epoch for every test image. */
export function readPredictions(predictions: Artifact, labels: Artifact): Prediction[] {
  const { shape: [count, classes], data } = decodeNpyOf(predictions.bytes(), "predictions", "f4", [null, null]);
  const truth = decodeNpyOf(labels.bytes(), "test_labels", "u1", [count]).data;
  return Array.from({ length: count }, (_, row) => {
    const probabilities = Array.from(data.subarray(row * classes, (row + 1) * classes));
    return { row, label: truth[row], predicted: probabilities.indexOf(Math.max(...probabilities)), probabilities };
  });
}

/** predictions.csv: a row per test image. Probabilities have 7 digits, all that float32 holds. */
export function predictionsCsv(predictions: readonly Prediction[]): string {
  const classes = predictions[0].probabilities.map((_, c) => `p${c}`);
  const header = ["row", "label", "predicted", "correct", "probability", ...classes].join(",");
  const rows = predictions.map(({ row, label, predicted, probabilities }) => {
    const digits = probabilities.map((p) => Number(p.toPrecision(7)));
    return [row, label, predicted, label === predicted ? 1 : 0, digits[predicted], ...digits].join(",");
  });
  return [header, ...rows].join("\n") + "\n";
}
