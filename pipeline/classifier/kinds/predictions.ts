/** The predictions of the last epoch, for exports and charts. */
import { argmaxOf } from "../../../core/model/metrics.ts";
import type { Line } from "../../charts/marks.ts";
import type { FinishedRun } from "../../define/figure.ts";
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
export function readPredictions(run: Pick<FinishedRun, "artifact">): Predictions {
  const { shape: [count, classes], data } = outputsOf(run);
  const truth = decodeNpyOf(run.artifact("test_labels").bytes(), "test_labels", "u1", [count]).data;
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

/** Predictions and targets, both `[N, T]` row by row. */
export interface TargetPredictions {
  count: number;
  /** T, the numbers to predict for a row. */
  targets: number;
  predicted: Float32Array;
  truth: Float32Array;
}

/** Reads them. @throws FormatError if the artifacts are not [N, T] of one size. */
export function readTargetPredictions(run: Pick<FinishedRun, "artifact">): TargetPredictions {
  const { shape: [count, targets], data } = outputsOf(run);
  const truth = decodeNpyOf(run.artifact("test_labels").bytes(), "test_labels", "f4", [count, targets]).data;
  return { count, targets, predicted: data, truth };
}

function outputsOf(run: Pick<FinishedRun, "artifact">) {
  return decodeNpyOf(run.artifact("predictions").bytes(), "predictions", "f4", [null, null]);
}

/** What the numbers to predict are called: their names, or else "target". */
export function targetNames(names: readonly string[], targets: number): string[] {
  return Array.from({ length: targets }, (_, i) => names[i] ?? (targets === 1 ? "target" : `target ${i}`));
}
