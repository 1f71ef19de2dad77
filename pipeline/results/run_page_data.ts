/** What a run's page shows, taken from the run's artifacts. */
import { decodeNpy } from "../formats/npy.ts";
import type { CarriedModel, Mistake, PackedImages, ReportData, Row, StageOrigin } from "../pages/page_data.ts";
import { countText, figureText, percentText } from "../pages/page_numbers.ts";
import { packZeros, toBase64 } from "../pages/packed.ts";
import type { StageResult } from "../engine/run/runner.ts";
import type { Store } from "../engine/store/store.ts";
import type { Images, RunImages } from "./images.ts";
import { curvesOf } from "./run_page_curves.ts";
import { stallOf, stallText } from "./stall.ts";
import { finalMetrics, outputOfRun, stageOf, type Summary } from "./summary.ts";
import type { Prediction } from "./tables.ts";

const SAMPLES = 12;
/** Letters of base64 that mistakes and model may take, so that the page stays below 1.5 MB. */
const MOST_MISTAKE_LETTERS = 400_000;
const MOST_MODEL_LETTERS = 800_000;
/** Bytes of an image that can be drawn on the pad. */
const DRAWABLE = 28 * 28;

/** Puts the page's data together; `digests` are of the run's tables and weights. */
export function reportData(
  summary: Summary,
  predictions: readonly Prediction[],
  { train, test }: RunImages,
  store: Store,
  digests: Readonly<Record<string, string>>,
): ReportData {
  const { experiment, evaluations, runName } = summary;
  const final = finalMetrics(summary);
  const { confusion } = evaluations[evaluations.length - 1];
  const wrong = mistakesOf(predictions);
  const images = packWithin(test, wrong.map(({ row }) => row), MOST_MISTAKE_LETTERS);
  return {
    name: runName,
    layers: experiment.pipeline.train.model,
    accuracy: final.accuracy,
    correct: final.correct,
    total: final.total,
    figures: figuresOf(final, experiment.seed),
    stall: explanationOf(summary),
    curves: curvesOf(summary),
    confusion,
    mistakes: wrong.slice(0, images.length),
    mistakeImages: { ...test.size, images },
    wrong: wrong.length,
    samples: samplesOf(summary, train, store),
    params: Object.entries(experiment.pipeline).map(([stage, params]) => ({ stage, rows: rowsOf(params) })),
    stages: summary.stages.map(originOf),
    files: Object.entries(digests),
    model: carriedModel(summary, store),
  };
}

function figuresOf(final: ReturnType<typeof finalMetrics>, seed: number): Row[] {
  return [
    ["test loss", figureText(final.loss)],
    ["train loss", figureText(final.train_loss)],
    ["best epoch", `${final.best.epoch} · ${percentText(final.best.accuracy)}`],
    ["classes predicted", `${final.classes_predicted} of ${final.confusion.length}`],
    ["clamped", percentText(final.train_clamped)],
    ["parameters", countText(final.parameters)],
    ["epochs", String(final.epochs)],
    ["seed", String(seed)],
  ];
}

/** What stalls, and why; null where nothing does. */
function explanationOf(summary: Summary): string | null {
  const { gradient, loss } = summary.experiment.pipeline.train;
  const stall = stallOf(summary);
  const text = stallText(stall, gradient);
  if (text === null) return null;
  const why = gradient === "autograd"
    ? `The loss clamps probabilities at ${loss.clamp}. Below that it is flat, so that a sample whose own class has ` +
      "fallen there moves no weight, however wrong it is. A class that is lost so is never found again. A smaller " +
      "learning rate, or the mean of the batch instead of its sum, keeps probabilities from falling that far."
    : "The formula by hand does not go through the clamp: such samples still teach.";
  return `${text[0].toUpperCase()}${text.slice(1)}. ${why}`;
}

/** Most certain first; of equals the first row. */
function mistakesOf(predictions: readonly Prediction[]): Mistake[] {
  return predictions.filter(({ label, predicted }) => label !== predicted)
    .map(({ row, label, predicted, probabilities }) => ({
      row,
      label,
      predicted,
      probability: Number(probabilities[predicted].toPrecision(5)),
      probabilityOfLabel: Number(probabilities[label].toPrecision(5)),
    }))
    .sort((a, b) => b.probability - a.probability || a.row - b.row);
}

/** As many of the rows as fit into so many letters. */
function packWithin(images: Images, rows: readonly number[], mostLetters: number): string[] {
  const packed: string[] = [];
  let letters = 0;
  for (const row of rows) {
    const text = packedRow(images, row);
    letters += text.length;
    if (letters > mostLetters) break;
    packed.push(text);
  }
  return packed;
}

function packedRow(images: Images, row: number): string {
  return toBase64(packZeros(Uint8Array.from(images.row(row), Math.round)));
}

function samplesOf(summary: Summary, train: Images, store: Store): PackedImages & { labels: number[] } {
  const data = (stage: string, output: string) =>
    decodeNpy(outputOfRun(summary, store, stage, output).bytes(), output).data as Int32Array | Uint8Array;
  const rows = [...data("batch", "first_order").subarray(0, SAMPLES)];
  const labels = data("tensorize", "train_labels");
  return { ...train.size, images: rows.map((row) => packedRow(train, row)), labels: rows.map((row) => labels[row]) };
}

function carriedModel(summary: Summary, store: Store): CarriedModel {
  const checkpoints = stageOf(summary.stages, "train").record.each!.checkpoint;
  const weights = store.artifact(checkpoints[checkpoints.length - 1]).bytes();
  const table = decodeNpy(outputOfRun(summary, store, "normalize", "table").bytes(), "table").data as Float32Array;
  const features = Number(/^linear\((\d+)/.exec(summary.experiment.pipeline.train.model[0])?.[1]);
  if (table.length === 0 || features !== DRAWABLE) {
    return { missing: "The model does not take pictures of 28 × 28 bytes, so that there is nothing to draw for it." };
  }
  if (weights.length * 4 / 3 > MOST_MODEL_LETTERS) {
    return {
      missing: `The model's ${countText(weights.length)} bytes are too many for a page. Ask it on the command line: ` +
        `deno task predict ${summary.runName} PICTURE.png`,
    };
  }
  const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
  const batchSize = summary.experiment.pipeline.validate.batch_size;
  return { weights: toBase64(weights), table: toBase64(bytes), batchSize };
}

/** Params as rows, those of params by their paths. */
function rowsOf(params: object, prefix = ""): Row[] {
  return Object.entries(params).flatMap(([name, value]): Row[] => {
    const isGroup = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isGroup) return rowsOf(value, `${prefix}${name}.`);
    if (value === undefined) return [];
    const text = Array.isArray(value) ? value.join(" → ") : typeof value === "string" ? value : JSON.stringify(value);
    return [[prefix + name, text]];
  });
}

function originOf({ stage, key, record: { request, outputs, each } }: StageResult): StageOrigin {
  const last = Object.entries(each ?? {}).map(([name, list]): Row => [
    `${name}, epoch ${list.length - 1}`,
    list[list.length - 1].digest,
  ]);
  const once = Object.entries(outputs).map(([name, { digest }]): Row => [name, digest]);
  return { stage, version: request.version, key, code: request.code, outputs: [...once, ...last] };
}
