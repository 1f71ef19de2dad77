/**
 * Models as text, one entry per layer, and what follows from it without computing: whether the layers fit together, their
 * sizes and their parameters. Loads no kernels, so experiments can be checked without them.
 */
import { FormatError, ShapeError } from "../errors.ts";
import type { ModelOutput } from "../model_output.ts";
import { isSameShape, type Shape, shapeText, sizeOf } from "../ops/op.ts";
import {
  type ArgSpecs,
  argsText,
  type ArgValues,
  type BufferSpec,
  type LayerDefinition,
  type ParameterSpec,
  parseArgs,
  usageOf,
} from "./layer.ts";

/** A layer of a model: a definition and its arguments. */
export interface BoundLayer {
  readonly definition: LayerDefinition;
  readonly args: ArgValues<ArgSpecs>;
  /** Its canonical text, without arguments that equal their defaults: "linear(784,30)". */
  readonly text: string;
}

/** Parses one of `layers`, such as "linear(784,30)". @throws FormatError that lists them or explains the syntax. */
export function parseLayer(text: string, layers: readonly LayerDefinition[]): BoundLayer {
  const [, name, given = ""] = /^([a-z_][\w-]*)\s*(?:\(([^()]*)\))?$/i.exec(text.trim()) ?? [];
  const definition = layers.find((layer) => layer.name === name);
  if (definition === undefined) {
    const meant = layers.find((layer) => letters(layer.name) === letters(name ?? ""));
    const available = (meant === undefined ? layers : [meant]).map(({ name, args }) => `"${usageOf(name, args)}"`);
    const expected = meant === undefined ? "one of the layers " : "the layer ";
    throw new FormatError(`Expected ${expected}${available.join(", ")}, but found ${JSON.stringify(text)}.`);
  }
  const args = parseArgs(name, definition.args, given);
  const written = argsText(definition.args, args);
  return { definition, args, text: written === "" ? name : `${name}(${written})` };
}

/** A name as PyTorch's classes and the layers here have in common: LeakyReLU, leaky-relu. */
function letters(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

/** Parses the layers of a model. @throws FormatError as `parseLayer` does. */
export function parseModel(texts: readonly string[], layers: readonly LayerDefinition[]): BoundLayer[] {
  return texts.map((text) => parseLayer(text, layers));
}

/**
 * Checks that a model has parameters and that its layers fit together; with `takes`, that it outputs what a loss takes.
 * @throws ShapeError that names the layers at fault.
 */
export function checkModel(layers: readonly BoundLayer[], takes?: ModelOutput): void {
  const early = layers.slice(0, -1).findIndex(({ definition }) => definition.outputs);
  if (early >= 0) {
    const { outputs } = layers[early].definition;
    throw new ShapeError(`${labelOf(layers, early)} outputs ${outputs}, so it must be the last layer.`);
  }
  if (!layers.some(({ definition }) => definition.parameters)) {
    throw new ShapeError("The model has no linear layer or other layer with parameters, so there is nothing to train.");
  }
  const output = exampleShapes(layers)[layers.length];
  if (output.length > 1) {
    throw new ShapeError(
      `${labelOf(layers, layers.length - 1)} outputs ${valuesText(output)}, but a model outputs a row of values. ` +
        adviceToFlatten(output, "after it"),
    );
  }
  checkOutput(layers[layers.length - 1], takes);
}

/** The loss for outputs of each kind, for messages. */
const LOSS_OF = {
  probabilities: "cross-entropy",
  "log-probabilities": "nll",
  logits: "cross-entropy-logits",
  numbers: "mean-squared-error",
} as const;

function checkOutput({ definition: { outputs }, text }: BoundLayer, takes: ModelOutput | undefined): void {
  const lossOf = (kind: ModelOutput) => `{ "name": "${LOSS_OF[kind]}" }`;
  // Any outputs are numbers.
  if (takes === undefined || takes === "numbers" || takes === (outputs ?? "logits")) return;
  if (takes === "logits") {
    throw new ShapeError(
      `The loss takes logits, but the last layer ${text} outputs ${outputs}. Remove it, or set the loss to ` +
        `${lossOf(outputs!)}.`,
    );
  }
  const layer = takes === "probabilities" ? "softmax" : "log-softmax";
  const others = outputs === undefined
    ? `For a model that outputs logits, set the loss to ${lossOf("logits")}; ` +
      `to predict numbers, to ${lossOf("numbers")}.`
    : `For ${outputs}, set the loss to ${lossOf(outputs)}.`;
  throw new ShapeError(
    `The loss takes ${takes}, so the last layer must be ${layer} or another layer that outputs them, but is ${text}. ` +
      others,
  );
}

/** The number of input values and of classes. @throws ShapeError if the layers do not fit together. */
export function modelSizes(layers: readonly BoundLayer[]): { inFeatures: number; classes: number } {
  const shapes = exampleShapes(layers);
  return { inFeatures: sizeOf(shapes[0]), classes: sizeOf(shapes[layers.length]) };
}

/** The number of parameters (article section "Number of Model Parameters"). @throws ShapeError as `modelSizes` does. */
export function parameterCount(layers: readonly BoundLayer[]): number {
  return parameterSpecs(layers).reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0);
}

/** Something of a layer: the index of that, its name there, and what it is. */
interface OfLayer<Spec> {
  readonly layer: number;
  readonly key: string;
  readonly spec: Spec;
}

/** A model's parameters in order. @throws ShapeError as `modelSizes` does. */
export function parameterSpecs(layers: readonly BoundLayer[]): OfLayer<ParameterSpec>[] {
  return specsOf(layers, ({ definition, args }, input) => definition.parameters?.(input, args));
}

/** A model's buffers in order. @throws ShapeError as `modelSizes` does. */
export function bufferSpecs(layers: readonly BoundLayer[]): OfLayer<BufferSpec>[] {
  return specsOf(layers, ({ definition, args }, input) => definition.buffers?.(input, args));
}

function specsOf<Spec>(
  layers: readonly BoundLayer[],
  of: (layer: BoundLayer, input: Shape) => Readonly<Record<string, Spec>> | undefined,
): OfLayer<Spec>[] {
  const shapes = exampleShapes(layers);
  return layers.flatMap((one, layer) =>
    Object.entries(of(one, shapes[layer]) ?? {}).map(([key, spec]) => ({ layer, key, spec }))
  );
}

/** Checks that every layer can be trained on batches of so many rows. @throws ShapeError that names one that cannot. */
export function checkBatchRows(layers: readonly BoundLayer[], rows: number): void {
  const shapes = exampleShapes(layers);
  layers.forEach(({ definition, args }, i) => {
    const least = definition.leastRows?.(shapes[i], args) ?? 1;
    if (rows >= least) return;
    throw new ShapeError(
      `${labelOf(layers, i)} is trained on batches of at least ${least} rows, but the last batch has ${rows}. Change ` +
        "batch.size, or leave out the rest with batch.rows.",
    );
  });
}

/** The shape of an example before each layer and, as the last entry, after the model. @throws ShapeError if the layers do not fit. */
export function exampleShapes(layers: readonly BoundLayer[]): Shape[] {
  const first = layers.findIndex(({ definition }) => definition.takes);
  if (first < 0) {
    throw new ShapeError(
      "No layer determines the size of the model's input, as linear(in,out) and image(channels,height,width) do.",
    );
  }
  const shapes = [layers[first].definition.takes!(layers[first].args)];
  // The last layer that determined the current shape: mismatches are reported as its output.
  let origin = first;
  layers.forEach((layer, index) => {
    const shape = shapes[index];
    const wanted = layer.definition.takes?.(layer.args);
    if (wanted !== undefined && !isSameShape(wanted, shape)) {
      throw new ShapeError(
        `${labelOf(layers, origin)} outputs ${valuesText(shape)}, but ${labelOf(layers, index)} takes ` +
          `${valuesText(wanted)}. ` +
          (wanted.length < shape.length ? adviceToFlatten(shape, "before it") : "Make the two sizes equal."),
      );
    }
    const next = shapeAfter(layers, index, shape);
    if (wanted !== undefined || !isSameShape(next, shape)) origin = index;
    shapes.push(next);
  });
  return shapes;
}

function adviceToFlatten(shape: Shape, where: string): string {
  return `Put flatten ${where}, which outputs ${sizeOf(shape)} values.`;
}

function shapeAfter(layers: readonly BoundLayer[], index: number, input: Shape): Shape {
  const { definition, args } = layers[index];
  try {
    return definition.shape(input, args);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`${labelOf(layers, index)}: ${error.message}`);
  }
}

function labelOf(layers: readonly BoundLayer[], index: number): string {
  return `layer ${index} ${layers[index].text}`;
}

function valuesText(shape: Shape): string {
  return shape.length === 1 ? `${shape[0]} values` : `values of shape ${shapeText(shape)}`;
}
