/** A finished run of made-up numbers: enough for every chart, without computing one. */
import { flip } from "../../../../core/augmentations/flip.ts";
import { meanSquaredError } from "../../../../core/losses/mean_squared_error.ts";
import { crossEntropy } from "../../../../core/losses/cross_entropy.ts";
import { parseModel } from "../../../../core/layers/model_layers.ts";
import { conv2d } from "../../../../core/layers/conv2d.ts";
import { flatten } from "../../../../core/layers/flatten.ts";
import { image } from "../../../../core/layers/image.ts";
import { linear } from "../../../../core/layers/linear.ts";
import { relu } from "../../../../core/layers/relu.ts";
import { softmax } from "../../../../core/layers/softmax.ts";
import { makeModel } from "../../../../core/model/model.ts";
import { encodeModel } from "../../../../pipeline/classifier/kinds/checkpoint.ts";
import { oneCycle } from "../../../../core/schedules/one_cycle.ts";
import { step } from "../../../../core/schedules/steps_down.ts";
import type { FinishedRun } from "../../../../pipeline/define/figure.ts";
import type { Artifact } from "../../../../pipeline/engine/stage/kind.ts";
import { encodeNames } from "../../../../pipeline/classifier/kinds/dataset_names.ts";
import { encodeJson } from "../../../../pipeline/formats/json.ts";
import { encodeNpy } from "../../../../pipeline/formats/npy.ts";
import { encodeSafetensors } from "../../../../pipeline/formats/safetensors.ts";

/** Rows of each part, pixels of an image, classes. */
export const ROWS = 40;
const [PIXELS, CLASSES] = [16, 3];

/** Bytes as a stored artifact. */
export function artifactOf(bytes: Uint8Array<ArrayBuffer>): Artifact {
  return {
    digest: "d".repeat(64),
    size: bytes.length,
    bytes: () => bytes,
    readInto: (target) => target.set(bytes),
    pieces: () => [bytes],
  };
}

/** A linear layer's tensors as a checkpoint has them. */
export function layerTensors(name: string, outputs: number, inputs: number) {
  const data = Float32Array.from({ length: outputs * inputs }, (_, i) => i % 7 - 3);
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], data },
    { name: `${name}.bias`, shape: [outputs], data: new Float32Array(outputs) },
  ];
}

/** What a run can differ in. */
export interface DrawnRun {
  model?: string[];
  gradient?: "autograd" | "manual";
  reduction?: "sum" | "mean";
  artifacts?: Record<string, Artifact>;
  /** Of validation rows, or others; the test set is then evaluated once. */
  validation?: Record<string, unknown[]>;
  /** Of the learning rate; by default, it is halved after the first epoch. */
  schedule?: Record<string, unknown>;
  /** The names of the three classes. */
  classes?: string[];
}

/** The same examples with numbers to predict, which are halved. */
export function regressionRun(targets = 1): FinishedRun {
  const truth = Float32Array.from({ length: ROWS * targets }, (_, i) => i - 4);
  const labels = artifactOf(encodeNpy("f4", [ROWS, targets], truth));
  const predictions = artifactOf(encodeNpy("f4", [ROWS, targets], truth.map((value) => value / 2)));
  const artifacts = { train_labels: labels, test_labels: labels, predictions };
  const run = drawnRun({ model: ["linear(16,5)", "relu", `linear(5,${targets})`], artifacts });
  const train = { ...run.experiment.pipeline.train, loss: { name: "mean-squared-error", reduction: "mean" } };
  return {
    ...run,
    experiment: { ...run.experiment, pipeline: { ...run.experiment.pipeline, train } },
    library: { ...run.library, losses: [meanSquaredError] },
    figures: { ...run.figures, mae: [3, 2, 1.5], r2: [0, 0.5, 0.75] },
  };
}

/** A run of a convolution, whose weights are 1, 2, 3, …; the table leaves bytes as they are. */
export function convolutionRun(channels = 2, padding = 1): FinishedRun {
  const values = channels * (2 + 2 * padding) ** 2;
  const convolution = `conv2d(1,${channels},3,padding=${padding})`;
  const texts = ["image(1,4,4)", convolution, "relu", "flatten", `linear(${values},3)`, "softmax"];
  const layers = [image, conv2d, relu, flatten, linear, softmax];
  const model = makeModel(parseModel(texts, layers));
  for (const { value } of model.parameters) value.data.forEach((_, i, data) => data[i] = i + 1);
  const table = encodeNpy("f4", [256], Float32Array.from({ length: 256 }, (_, byte) => byte));
  const checkpoint = artifactOf(encodeModel(model, { name: "cross-entropy" }));
  const run = drawnRun({ model: texts, artifacts: { checkpoint, table: artifactOf(table) } });
  return { ...run, library: { ...run.library, layers } };
}

/** The run: two epochs, four by four pixels, three classes of which two are predicted. */
export function drawnRun(options: DrawnRun = {}): FinishedRun {
  const {
    model = ["linear(16,5)", "relu", "linear(5,3)", "softmax"],
    gradient = "autograd",
    reduction = "sum",
    validation = {},
  } = options;
  const images = encodeNpy("u1", [ROWS, PIXELS], Uint8Array.from({ length: ROWS * PIXELS }, (_, i) => i % 251));
  const labels = encodeNpy("u1", [ROWS], Uint8Array.from({ length: ROWS }, (_, row) => row % CLASSES));
  const probabilities = Float32Array.from({ length: ROWS * CLASSES }, (_, i) => [0.7, 0.2, 0.1][i % CLASSES]);
  const tensors = [...layerTensors("0", 5, PIXELS), ...layerTensors("2", CLASSES, 5)];
  const artifacts: Record<string, Artifact> = {
    train_images: artifactOf(images),
    test_images: artifactOf(images),
    example_shape: artifactOf(encodeJson([4, 4])),
    names: artifactOf(encodeNames({ classes: options.classes })),
    train_labels: artifactOf(labels),
    test_labels: artifactOf(labels),
    first_order: artifactOf(encodeNpy("i4", [ROWS], Int32Array.from({ length: ROWS }, (_, i) => ROWS - 1 - i))),
    batches: artifactOf(encodeJson({ size: 8, rows: ROWS })),
    predictions: artifactOf(encodeNpy("f4", [ROWS, CLASSES], probabilities)),
    checkpoint: artifactOf(encodeSafetensors({ tensors, metadata: {} })),
    ...options.artifacts,
  };
  return {
    name: "a <run>",
    experiment: {
      name: "a",
      seed: 0,
      pipeline: {
        batch: { size: 8 },
        train: {
          ...{ model, gradient, loss: { name: "cross-entropy", reduction, clamp: 1e-10 } },
          optimizer: { name: "sgd", lr: 0.1, momentum: 0.9 },
          schedule: options.schedule ?? { name: "step", per: "epoch", step_size: 1, gamma: 0.5 },
          ...{ augment: [{ name: "flip", p: 1 }], seed: 0 },
        },
      },
    },
    library: {
      ...{ layers: [linear, relu, softmax], losses: [crossEntropy] },
      ...{ schedules: [step, oneCycle], augmentations: [flip] },
    },
    graph: [],
    stages: [{ stage: "train", key: "f".repeat(64), record: { request: { params: { epochs: 2 } }, outputs: {} } }],
    epochs: 2,
    figures: {
      ...Object.fromEntries(Object.entries(validation).map(([name, values]) => [`validation.${name}`, values])),
      accuracy: "accuracy" in validation ? [0.9] : [0.3, 0.8, 0.9],
      mean_batch_accuracy: [0.3, 0.81, 0.9],
      loss: [9, 2, 1],
      train_loss: [null, 3, 1],
      train_accuracy: [null, 0.7, 0.9],
      train_clamped: [null, 0.2, 0.1],
      classes_predicted: [1, 2, 2],
      confusion: [[[9, 5, 0], [1, 12, 0], [6, 7, 0]]],
    },
    has: () => true,
    output: () => ({ batches: 5 }),
    artifact: (name: string) => artifacts[name],
  } as unknown as FinishedRun;
}
