/** The predictions of the last epoch, for exports and charts. */
import { argmaxOf } from "../../../core/model/metrics.ts";
import type { Line } from "../../charts/marks.ts";
import type { Artifact } from "../../engine/stage/artifact.ts";
import { decodeNpyOf } from "../../formats/npy.ts";
import { probabilityText } from "../../text/numbers.ts";
import { classText, type DatasetNames } from "./dataset_names.ts";

/** The prediction for a test image. */
export interface Prediction {
  row: number;
  label: number;
  /** The most probable class; among equals, the first. */
  predicted: number;
  /** One per class; they sum to 1. */
  probabilities: Float32Array;
}

/** Predictions in the order of the rows, each made when it is asked for: as objects, many would take much memory. */
export interface Predictions extends Iterable<Prediction> {
  readonly count: number;
}

/** The predictions for all test images. @throws FormatError if the artifacts are not [N, C] and [N]. */
export function readPredictions(predictions: Artifact, labels: Artifact): Predictions {
  const { shape: [count, classes], data } = decodeNpyOf(predictions.bytes(), "predictions", "f4", [null, null]);
  const truth = decodeNpyOf(labels.bytes(), "test_labels", "u1", [count]).data;
  return {
    count,
    *[Symbol.iterator]() {
      for (let row = 0; row < count; row++) {
        const probabilities = data.subarray(row * classes, (row + 1) * classes);
        yield { row, label: truth[row], predicted: argmaxOf(probabilities), probabilities };
      }
    },
  };
}

/** The caption of a prediction: the predicted class, the true class, and the image's row. A name says it without a word. */
export function captionOf({ row, label, predicted, probabilities }: Prediction, names: DatasetNames): Line[] {
  const isRight = label === predicted;
  const [found, truth] = [predicted, label].map((number) => classText(names, number));
  const answer = names.classes.length > 0 ? found : `predicted ${found}`;
  return [
    [`${answer}: ${probabilityText(probabilities[predicted])}`, isRight ? "right" : "wrong"],
    isRight ? [`true ${truth}`, "right"] : [`true ${truth}: ${probabilityText(probabilities[label])}`, "truth"],
    [`row ${row}`, "muted"],
  ];
}
