/** A trained model: an example in, probabilities or predicted numbers out, computed by the kernels that trained it. */
import { Tape } from "../../core/autograd/tape.ts";
import { FormatError, ShapeError } from "../../core/errors.ts";
import type { LayerDefinition } from "../../core/layers/layer.ts";
import { argmaxOf } from "../../core/model/metrics.ts";
import { modelSizes } from "../../core/layers/model_layers.ts";
import { forward, tensorsOf } from "../../core/model/model.ts";
import { recordProbabilities } from "../../core/model/probabilities.ts";
import { tensor } from "../../core/tensor/tensor.ts";
import { modelOf, restore } from "../classifier/kinds/checkpoint.ts";
import { checkedShape } from "../classifier/kinds/example_shape.ts";
import { type Moments, normalized } from "../classifier/kinds/normalized_numbers.ts";

/** The parts of a run that prediction needs. */
export interface TrainedModel {
  /** weights.safetensors, which also names the layers. */
  weights: Uint8Array<ArrayBuffer>;
  /** float32 [256]: the model's input for each byte (normalize.npy); empty for examples of other numbers. */
  table: Float32Array;
  /** What other numbers are normalized with (input.json); null for nothing. */
  moments?: Moments | null;
  /** The shape of an example (input.json), unchecked. */
  shape: unknown;
}

/** Predicts classes, or numbers. */
export interface Classifier {
  /** The shape of an example, and its number of values. */
  readonly shape: readonly number[];
  readonly features: number;
  /** The number of classes, or of numbers to predict. */
  readonly classes: number;
  /** Whether examples are bytes, and not float32 numbers. */
  readonly takesBytes: boolean;
  /**
   * The probability of each class, or the predicted numbers, float32; `label` names the example in errors.
   * @throws ShapeError if the example does not have `features` values.
   * @throws FormatError if values become infinite.
   */
  predict(example: Uint8Array | Float32Array, label?: string): Float32Array<ArrayBuffer>;
  /** Classifies up to `rows` of `images` `[N, features]`; returns how many it gets right. @throws ShapeError. */
  score(images: Uint8Array, labels: Uint8Array, from: number, rows: number): number;
}

/**
 * Reads a model of these layers. It stays in the kernels' memory until the enclosing `scoped` ends.
 * @throws FormatError if the weights, the table or the shape are not those of a run, or a number is not finite.
 */
export function makeClassifier(trained: TrainedModel, layers: readonly LayerDefinition[]): Classifier {
  const { weights, table, moments = null } = trained;
  const takesBytes = table.length > 0;
  if (takesBytes && table.length !== 256) {
    throw new FormatError(`The run's table of normalized bytes has ${table.length} values, not 256.`);
  }
  const file = { bytes: () => weights };
  const { model, outputs } = modelOf(file, layers);
  restore(file, tensorsOf(model));
  for (const { name, value } of tensorsOf(model)) checkFinite(value.data, `parameter ${name}`);
  checkFinite(table, "table of normalized bytes");
  const { inFeatures: features, classes } = modelSizes(model.layers);
  const shape = checkedShape(trained.shape, "input.json: shape");
  if (shape.reduce((product, size) => product * size, 1) !== features) {
    throw new FormatError(`The model takes ${features} values, but its examples have the shape [${shape.join(", ")}].`);
  }
  const passes = new Map<number, ReturnType<typeof makePass>>();

  function makePass(rows: number) {
    const tape = new Tape();
    const x = tensor([rows, features]);
    const output = forward(model, tape, tape.input(x), "evaluate");
    const predicted = recordProbabilities(tape, output, outputs ?? "numbers").value;
    return { tape, x, predicted };
  }

  /** What is predicted for some examples; each number of rows is recorded once. */
  function classify(examples: Uint8Array | Float32Array, rows: number, label: string): Float32Array {
    const pass = passes.get(rows) ?? makePass(rows);
    passes.set(rows, pass);
    const values = pass.x.data;
    if (takesBytes) { for (let i = 0; i < examples.length; i++) values[i] = table[examples[i]]; }
    else values.set(normalizedOf(Float32Array.from(examples), label));
    pass.tape.replay();
    return pass.predicted.data;
  }

  function normalizedOf(values: Float32Array<ArrayBuffer>, label: string) {
    return moments === null ? values : normalized(values, moments, (i) => `${label}: value ${i + 1}`);
  }

  return {
    shape,
    features,
    classes,
    takesBytes,
    predict(example, label = "this example") {
      if (example.length !== features) throw wrongSize(features, example.length);
      const outputs = new Float32Array(classify(example, 1, label));
      if (outputs.every(Number.isFinite)) return outputs;
      throw new FormatError(
        `The model computes no prediction for ${label}: its parameters are so large that values become infinite. ` +
          "Choose another run, or train it with a lower learning rate.",
      );
    },
    score(images, labels, from, rows) {
      if (images.length !== labels.length * features) throw wrongSize(features, images.length / labels.length);
      const count = Math.min(rows, labels.length - from);
      const probabilities = classify(
        images.subarray(from * features, (from + count) * features),
        count,
        "these images",
      );
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
  return new ShapeError(`The model takes examples of ${expected} values, but each of these has ${found}.`);
}
