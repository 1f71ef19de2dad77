/** The pictures of a run. This file and the charts it uses are loaded only when something must be drawn. */
import { decodeJson } from "../formats/json.ts";
import { decodeNpyOf } from "../formats/npy_of.ts";
import type { Artifact } from "../engine/stage/stage.ts";
import type { Batches } from "../classifier/stages/batch.ts";
import { graph } from "../classifier/stages/mod.ts";
import { reluCurve } from "../classifier/charts/relu_curve.ts";
import { stepGraphOf } from "../classifier/charts/step_graph.ts";
import type { Store } from "../engine/store/store.ts";
import {
  accuracyChart,
  activationChart,
  calibrationChart,
  clampedChart,
  confusionChart,
  lossChart,
  mistakesChart,
  predictionsChart,
  samplesChart,
  weightsChart,
} from "../charts/charts.ts";
import { calibrationOf } from "./calibration.ts";
import { modelChart } from "../charts/model_chart.ts";
import { pipelineChart } from "../charts/pipeline_chart.ts";
import { firstFilters } from "./filters.ts";
import type { Images, RunImages } from "./images.ts";
import { worstMistakes } from "./mistakes.ts";
import { hasRelu } from "./picture_names.ts";
import { pipelineGraph } from "./pipeline_graph.ts";
import { neverPredicted, stallOf, stallText } from "./stall.ts";
import { outputOfRun, stageOf, type Summary } from "./summary.ts";
import type { Prediction } from "./tables.ts";

/** The article shows six digits of the first batch; twelve fill the sheet. */
const SAMPLES = 12;
/** Most of the first layer's outputs of which the weights are shown. */
const FILTERS = 48;
/** The worst mistakes that are shown. */
const MISTAKES = 12;
/** Shown of each kind: right and wrong. */
const PREDICTIONS = 6;

/** Draws all pictures of a run: the files' bytes by their names, those that `pictureNames` tells. */
export function drawPictures(
  summary: Summary,
  predictions: readonly Prediction[],
  { train, test }: RunImages,
  store: Store,
): Map<string, Uint8Array<ArrayBuffer>> {
  const { runName, training, evaluations, experiment } = summary;
  const { confusion } = evaluations[evaluations.length - 1];
  const artifact = (stage: string, output: string) => outputOfRun(summary, store, stage, output);
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
    ["calibration.png", drawCalibration(runName, predictions)],
    ["mistakes.png", drawMistakes(runName, predictions, test)],
    ["weights.png", drawWeights(summary, store, train)],
    ...drawActivation(experiment.pipeline.train.model),
    ["model.svg", drawModel(summary, decodeJson<Batches>(artifact("batch", "batches").bytes()))],
    ["pipeline.svg", drawPipeline(summary)],
  ]);
}

function drawCalibration(runName: string, predictions: readonly Prediction[]) {
  return calibrationChart({ title: `Is the model as sure as it is right? ${runName}`, ...calibrationOf(predictions) });
}

function drawMistakes(runName: string, predictions: readonly Prediction[], images: Images) {
  const items = worstMistakes(predictions, MISTAKES).map(({ row, label, predicted, probabilities }) => ({
    pixels: images.row(row),
    trueLabel: label,
    predicted,
    onTrue: probabilities[label],
    onPredicted: probabilities[predicted],
    row,
  }));
  const wrong = predictions.filter(({ label, predicted }) => label !== predicted).length;
  const title = `The most wrong predictions on the test set: ${runName}`;
  return mistakesChart({ title, ...images.size, items, wrong, total: predictions.length });
}

function drawWeights({ runName, stages }: Summary, store: Store, images: Images) {
  const checkpoints = stageOf(stages, "train").record.each!.checkpoint;
  const filters = firstFilters(store.artifact(checkpoints[checkpoints.length - 1]), FILTERS);
  return weightsChart({ title: `What the first layer looks for: ${runName}`, ...images.size, ...filters });
}

/** ReLU from −4 to 4: straight on both sides of 0. */
function drawActivation(model: readonly string[]): [string, Uint8Array<ArrayBuffer>][] {
  if (!hasRelu(model)) return [];
  const chart = activationChart({
    title: "ReLU, the model's activation function",
    summary: "ReLU(x) = max(x, 0). Its derivative is 1 for x > 0 and 0 for x < 0; at 0 itself it is taken as 0. " +
      "Both curves are computed by the tape.",
    name: "ReLU(x)",
    ...reluCurve([-4, -3, -2, -1, 0, 0.001, 1, 2, 3, 4]),
  });
  return [["activation.png", chart]];
}

/** The graph is the tape's, also for a run that does without: what it computes forward is the same. */
function drawModel({ runName, experiment }: Summary, { size, rows }: Batches): Uint8Array<ArrayBuffer> {
  const { train } = experiment.pipeline;
  const batch = Math.min(size, rows);
  const byHand = train.gradient === "manual"
    ? " This run takes its gradients from formulas by hand instead of this backward pass."
    : "";
  return utf8(modelChart({
    title: `The computation graph of a training step: ${runName}`,
    note: `Batches of ${batch} images.${byHand}`,
    ...stepGraphOf(train, batch),
  }));
}

/** What made the results: the same for the same run, whether its stages ran or were stored. */
function drawPipeline({ runName, stages }: Summary): Uint8Array<ArrayBuffer> {
  const known = stages.map(({ stage, key, record: { request: { params }, outputs, each = {} } }) => {
    return { stage, state: "made" as const, key, why: null, params, outputs: { outputs, each } };
  });
  return utf8(pipelineChart({
    title: `What made these results: ${runName}`,
    subtitle:
      "The stages, their keys and the params that decide their results; on the arrows the artifacts that flow " +
      "between them. Digests are in manifest.json, times and what was stored already in run.json.",
    ...pipelineGraph(graph, known),
  }));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function firstSamples(images: Images, artifact: (stage: string, output: string) => Artifact) {
  const order = decodeNpyOf(artifact("batch", "first_order").bytes(), "first_order", "i4", [null]).data;
  const labels = decodeNpyOf(artifact("tensorize", "train_labels").bytes(), "train_labels", "u1", [null]).data;
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
