/** The files of a run that are the same bytes on every machine: its figures, its tables and its weights. */
import { encodeJson } from "../formats/json.ts";
import type { Store } from "../engine/store/store.ts";
import type { Files } from "./folder.ts";
import { finalMetrics, outputOfRun, stageOf, type Summary } from "./summary.ts";
import { historyCsv, type Prediction, predictionsCsv, readPredictions } from "./tables.ts";

/** Reads the last epoch's predictions of a run. */
export function predictionsOf(summary: Summary, store: Store): Prediction[] {
  return readPredictions(
    outputOfRun(summary, store, "validate", "predictions"),
    outputOfRun(summary, store, "tensorize", "test_labels"),
  );
}

/** metrics.json, history.csv, predictions.csv and weights.safetensors. */
export function tableFiles(summary: Summary, store: Store, predictions: readonly Prediction[]): Files {
  const checkpoints = stageOf(summary.stages, "train").record.each!.checkpoint;
  return new Map([
    ["metrics.json", encodeJson(finalMetrics(summary))],
    ["history.csv", new TextEncoder().encode(historyCsv(summary))],
    ["predictions.csv", new TextEncoder().encode(predictionsCsv(predictions))],
    ["weights.safetensors", store.artifact(checkpoints[checkpoints.length - 1]).bytes()],
  ]);
}
