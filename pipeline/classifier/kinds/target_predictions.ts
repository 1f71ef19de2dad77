/** The numbers that the last epoch's model predicts for the test rows, for exports and charts. */
import type { Artifact } from "../../engine/stage/artifact.ts";
import { decodeNpyOf } from "../../formats/npy.ts";

/** Predictions and targets, both `[N, T]` row by row. */
export interface TargetPredictions {
  count: number;
  /** T, the numbers to predict for a row. */
  targets: number;
  predicted: Float32Array;
  truth: Float32Array;
}

/** Reads them. @throws FormatError if the artifacts are not [N, T] of one size. */
export function readTargetPredictions(predictions: Artifact, labels: Artifact): TargetPredictions {
  const { shape: [count, targets], data } = decodeNpyOf(predictions.bytes(), "predictions", "f4", [null, null]);
  const truth = decodeNpyOf(labels.bytes(), "test_labels", "f4", [count, targets]).data;
  return { count, targets, predicted: data, truth };
}

/** What the numbers to predict are called: their names, or else "target". */
export function targetNames(names: readonly string[], targets: number): string[] {
  return Array.from({ length: targets }, (_, i) => names[i] ?? (targets === 1 ? "target" : `target ${i}`));
}
