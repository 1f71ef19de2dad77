/** The pictures of a run. This file and the charts it uses are loaded only when something must be drawn. */
import { decodeNpy } from "../formats/npy.ts";
import type { Artifact } from "../stage.ts";
import type { Store } from "../store.ts";
import {
  accuracyChart,
  clampedChart,
  confusionChart,
  lossChart,
  predictionsChart,
  samplesChart,
} from "./charts/charts.ts";
import { neverPredicted, stallOf, stallText } from "./stall.ts";
import { outputOfRun, type Summary } from "./summary.ts";
import type { Prediction } from "./tables.ts";

/** The article shows six digits of the first batch; twelve fill the sheet. */
const SAMPLES = 12;
/** Shown of each kind: right and wrong. */
const PREDICTIONS = 6;

/** Draws all charts of a run: PNG bytes by file name. */
export function drawPictures(
  summary: Summary,
  predictions: readonly Prediction[],
  store: Store,
): Map<string, Uint8Array<ArrayBuffer>> {
  const { runName, training, evaluations, experiment } = summary;
  const { confusion } = evaluations[evaluations.length - 1];
  const artifact = (stage: string, output: string) => outputOfRun(summary, store, stage, output);
  const train = readImages(artifact("tensorize", "train_images"));
  const test = readImages(artifact("tensorize", "test_images"));
  return new Map([
    [
      "loss.png",
      lossChart({
        title: `Loss: ${runName}`,
        train: training.slice(1).map(({ train_loss }) => train_loss),
        test: evaluations.map(({ loss }) => loss),
        reduction: reductionText(experiment.pipeline.train.loss.reduction, experiment.pipeline.batch.size),
      }),
    ],
    [
      "accuracy.png",
      accuracyChart({
        title: `Test accuracy: ${runName}`,
        accuracy: evaluations.map(({ accuracy }) => accuracy),
        meanBatch: evaluations.map(({ mean_batch_accuracy }) => mean_batch_accuracy),
      }),
    ],
    [
      "clamped.png",
      clampedChart({
        title: `What still learns: ${runName}`,
        summary: stallText(stallOf(summary), experiment.pipeline.train.gradient) ??
          "Hardly a sample is clamped, and every class is predicted: nothing stalls.",
        clamped: training.slice(1).map(({ train_clamped }) => train_clamped),
        accuracy: evaluations.map(({ accuracy }) => accuracy),
        predicted: evaluations.map(({ confusion }) => confusion.length - neverPredicted(confusion).length),
        classes: confusion.length,
      }),
    ],
    [
      "confusion.png",
      confusionChart({
        title: `Confusion on the test set: ${runName}`,
        labels: confusion.map((_, c) => String(c)),
        counts: confusion,
      }),
    ],
    [
      "samples.png",
      samplesChart({ title: "The first batch of epoch 1", ...train.size, items: firstSamples(train, artifact) }),
    ],
    [
      "predictions.png",
      predictionsChart({
        title: `Predictions on the test set: ${runName}`,
        ...test.size,
        right: pick(predictions.filter(({ label, predicted }) => label === predicted), test),
        wrong: pick(predictions.filter(({ label, predicted }) => label !== predicted), test),
      }),
    ],
  ]);
}

/** Images to be drawn, as rows of pixels from 0 (black) to 255 (white). */
interface Images {
  size: { width: number; height: number };
  row(row: number): Uint8Array | Float32Array;
}

function readImages(artifact: Artifact): Images {
  const { shape: [, features], data } = decodeNpy(artifact.bytes(), "images");
  const side = Math.round(Math.sqrt(features));
  const size = side * side === features ? { width: side, height: side } : { width: features, height: 1 };
  const pixels = (row: number) => (data as Uint8Array).subarray(row * features, (row + 1) * features);
  return { size, row: data instanceof Uint8Array ? pixels : (row) => stretched(Float32Array.from(pixels(row))) };
}

/** Stretches values of any range to 0 … 255. */
function stretched(values: Float32Array): Float32Array {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return values.map((value) => (high > low ? (value - low) / (high - low) * 255 : 0));
}

function firstSamples(images: Images, artifact: (stage: string, output: string) => Artifact) {
  const order = decodeNpy(artifact("batch", "first_order").bytes(), "first_order").data as Int32Array;
  const labels = decodeNpy(artifact("tensorize", "train_labels").bytes(), "train_labels").data as Uint8Array;
  return Array.from(order.subarray(0, SAMPLES), (row) => ({ pixels: images.row(row), label: String(labels[row]) }));
}

function pick(predictions: readonly Prediction[], images: Images) {
  return predictions.slice(0, PREDICTIONS).map(({ row, label, predicted, probabilities }) => ({
    row,
    trueLabel: label,
    predicted,
    probabilities,
    pixels: images.row(row),
  }));
}

function reductionText(reduction: "sum" | "mean", size: number): string {
  return reduction === "sum" ? `summed cross-entropy per batch of ${size}` : "mean cross-entropy per image";
}
