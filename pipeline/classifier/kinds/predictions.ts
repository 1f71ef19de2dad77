/** The predictions of the last epoch, as exports and charts read them. */
import { argmaxOf } from "../../../core/model/metrics.ts";
import type { Line } from "../../charts/marks.ts";
import type { Artifact } from "../../engine/stage/artifact.ts";
import { decodeNpyOf } from "../../formats/npy.ts";
import { probabilityText } from "../../text/numbers.ts";

/** A test image's prediction. */
export interface Prediction {
  row: number;
  label: number;
  /** The most probable class, the first of several. */
  predicted: number;
  /** Of each class; they sum to 1. */
  probabilities: Float32Array;
}

/**
 * The prediction for every test image.
 * @throws FormatError when the artifacts are not probabilities `[N, C]` and labels `[N]`.
 */
export function readPredictions(predictions: Artifact, labels: Artifact): Prediction[] {
  const { shape: [count, classes], data } = decodeNpyOf(predictions.bytes(), "predictions", "f4", [null, null]);
  const truth = decodeNpyOf(labels.bytes(), "test_labels", "u1", [count]).data;
  return Array.from({ length: count }, (_, row) => {
    const probabilities = data.subarray(row * classes, (row + 1) * classes);
    return { row, label: truth[row], predicted: argmaxOf(probabilities), probabilities };
  });
}

/** A prediction in words: the predicted class, the true class, and the image's row. */
export function captionOf({ row, label, predicted, probabilities }: Prediction): Line[] {
  const isRight = label === predicted;
  return [
    [`predicted ${predicted}: ${probabilityText(probabilities[predicted])}`, isRight ? "right" : "wrong"],
    isRight ? [`true ${label}`, "right"] : [`true ${label}: ${probabilityText(probabilities[label])}`, "truth"],
    [`row ${row}`, "muted"],
  ];
}
