/** A trained model: bytes of an image in, probabilities out, computed by the kernels that trained it. */
import { Tape } from "../../core/autograd/tape.ts";
import { FormatError, ShapeError } from "../../core/errors.ts";
import type { LayerDefinition } from "../../core/layers/layer.ts";
import { argmaxOf } from "../../core/model/metrics.ts";
import { modelSizes } from "../../core/layers/model_shapes.ts";
import { forward } from "../../core/model/model.ts";
import { tensor } from "../../core/tensor/tensor.ts";
import { modelOf, restore } from "../classifier/kinds/checkpoint.ts";
import { checkedShape } from "../classifier/kinds/example_shape.ts";

/** The parts of a run that prediction needs. */
export interface TrainedModel {
  /** weights.safetensors, which also names the layers. */
  weights: Uint8Array<ArrayBuffer>;
  /** float32 [256]: the model's input for each byte (normalize.npy). */
  table: Float32Array;
  /** The shape of an image (input.json), unchecked. */
  shape: unknown;
}

/** Classifies images of bytes. */
export interface Classifier {
  /** The shape of an image, and its number of bytes. */
  readonly shape: readonly number[];
  readonly features: number;
  readonly classes: number;
  /**
   * The probability of each class, float32; `label` names the image in errors.
   * @throws ShapeError if the image does not have `features` bytes.
   * @throws FormatError if the model's values become infinite.
   */
  predict(image: Uint8Array, label?: string): Float32Array<ArrayBuffer>;
  /** Classifies up to `rows` of `images` `[N, features]`; returns how many it gets right. @throws ShapeError. */
  score(images: Uint8Array, labels: Uint8Array, from: number, rows: number): number;
}

/**
 * Reads a model of these layers. It stays in the kernels' memory until the enclosing `scoped` ends.
 * @throws FormatError if the weights, the table or the shape are not those of a run, or a number is not finite.
 */
export function makeClassifier(trained: TrainedModel, layers: readonly LayerDefinition[]): Classifier {
  const { weights, table } = trained;
  if (table.length !== 256) {
    throw new FormatError(
      `The run's images are not bytes: its table has ${table.length} values, not 256, so a picture cannot be converted.`,
    );
  }
  const file = { bytes: () => weights };
  const { model } = modelOf(file, layers);
  restore(file, model.parameters);
  for (const { name, value } of model.parameters) checkFinite(value.data, `parameter ${name}`);
  checkFinite(table, "table of normalized bytes");
  const { inFeatures: features, classes } = modelSizes(model.layers);
  const shape = checkedShape(trained.shape, "input.json: shape");
  if (shape.reduce((product, size) => product * size, 1) !== features) {
    throw new FormatError(`The model takes ${features} values, but its images have the shape [${shape.join(", ")}].`);
  }
  const passes = new Map<number, ReturnType<typeof makePass>>();

  function makePass(rows: number) {
    const tape = new Tape();
    const x = tensor([rows, features]);
    const probabilities = forward(model, tape, tape.input(x), "evaluate").value;
    return { tape, x, probabilities };
  }

  /** The probabilities of some images; each number of rows is recorded once. */
  function classify(bytes: Uint8Array, rows: number): Float32Array {
    const pass = passes.get(rows) ?? makePass(rows);
    passes.set(rows, pass);
    const values = pass.x.data;
    for (let i = 0; i < bytes.length; i++) values[i] = table[bytes[i]];
    pass.tape.replay();
    return pass.probabilities.data;
  }

  return {
    shape,
    features,
    classes,
    predict(image, label = "this image") {
      if (image.length !== features) throw wrongSize(features, image.length);
      const probabilities = new Float32Array(classify(image, 1));
      if (probabilities.every(Number.isFinite)) return probabilities;
      throw new FormatError(
        `The model computes no probabilities for ${label}: its parameters are so large that values become infinite. ` +
          "Choose another run, or train it with a lower learning rate.",
      );
    },
    score(images, labels, from, rows) {
      if (images.length !== labels.length * features) throw wrongSize(features, images.length / labels.length);
      const count = Math.min(rows, labels.length - from);
      const probabilities = classify(images.subarray(from * features, (from + count) * features), count);
      let correct = 0;
      for (let row = 0; row < count; row++) {
        if (argmaxOf(probabilities, row * classes, classes) === labels[from + row]) correct++;
      }
      return correct;
    },
  };
}

function checkFinite(values: Float32Array, what: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  throw new FormatError(
    `The model cannot predict: number ${at} of its ${what} is ${values[at]}. Choose another run, or train it again.`,
  );
}

function wrongSize(expected: number, found: number): ShapeError {
  return new ShapeError(`The model takes images of ${expected} pixels, but each of these has ${found}.`);
}
