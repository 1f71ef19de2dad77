/** What follows from a model's layers without computing: whether they fit together, its sizes and its parameters. */
import { ShapeError } from "../errors.ts";
import type { LossDefinition } from "../losses/loss.ts";
import type { Shape } from "../ops/op.ts";
import { isSameShape, shapeText, sizeOf } from "../ops/shapes.ts";
import type { BoundLayer } from "./bound_layer.ts";
import type { ParameterSpec } from "./layer.ts";

/**
 * Checks that a model can be trained: it has parameters, its layers fit together, and its last layer, and no other, gives
 * what the loss takes.
 * @throws ShapeError that names the layers at fault.
 */
export function checkModel(layers: readonly BoundLayer[], takes: LossDefinition["takes"]): void {
  const inside = layers.slice(0, -1).find(({ definition }) => definition[takes]);
  if (inside !== undefined) {
    throw new ShapeError(`${at(layers, inside)} must be the last layer: the layers after it would see ${takes}.`);
  }
  if (!layers.some(({ definition }) => definition.parameters)) {
    throw new ShapeError("The model has no linear layer or other layer with parameters, so there is nothing to train.");
  }
  shapesOf(layers);
  const last = layers[layers.length - 1];
  if (last.definition[takes]) return;
  throw new ShapeError(
    `The last layer must be softmax or another layer that gives ${takes}, but is ${last.text}: the loss takes ${takes}.`,
  );
}

/**
 * The number of values that a model takes, and of classes that it distinguishes.
 * @throws ShapeError when its layers do not fit together.
 */
export function modelSizes(layers: readonly BoundLayer[]): { inFeatures: number; classes: number } {
  const shapes = shapesOf(layers);
  return { inFeatures: sizeOf(shapes[0]), classes: sizeOf(shapes[layers.length]) };
}

/** The number of parameters (article section "Number of Model Parameters"). @throws ShapeError as `modelSizes` does. */
export function parameterCount(layers: readonly BoundLayer[]): number {
  return parameterSpecs(layers).reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0);
}

/** A model's parameters in order: the index of the layer, the name in that layer, shape and draw. */
export function parameterSpecs(
  layers: readonly BoundLayer[],
): { readonly layer: number; readonly key: string; readonly spec: ParameterSpec }[] {
  const shapes = shapesOf(layers);
  return layers.flatMap(({ definition, args }, layer) =>
    Object.entries(definition.parameters?.(shapes[layer], args) ?? {}).map(([key, spec]) => ({ layer, key, spec }))
  );
}

/** The shape of an example before each layer and, as the last entry, after the model. */
function shapesOf(layers: readonly BoundLayer[]): Shape[] {
  const first = layers.find(({ definition }) => definition.takes);
  if (first === undefined) {
    throw new ShapeError("No layer says how many values the model takes, as linear(in,out) does.");
  }
  const shapes = [first.definition.takes!(first.args)];
  // The layer that the current shape comes from: the last one that is not indifferent to it.
  let origin = first;
  for (const layer of layers) {
    const { definition, args } = layer;
    const shape = shapes[shapes.length - 1];
    const wanted = definition.takes?.(args);
    if (wanted !== undefined && !isSameShape(wanted, shape)) {
      throw new ShapeError(
        `${at(layers, origin)} puts out ${valuesText(shape)}, but ${at(layers, layer)} takes ${valuesText(wanted)}. ` +
          "Make the two sizes equal.",
      );
    }
    const next = shapeAfter(layers, layer, shape);
    if (wanted !== undefined || !isSameShape(next, shape)) origin = layer;
    shapes.push(next);
  }
  return shapes;
}

function shapeAfter(layers: readonly BoundLayer[], layer: BoundLayer, input: Shape): Shape {
  try {
    return layer.definition.shape(input, layer.args);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(`${at(layers, layer)}: ${error.message}`);
  }
}

function at(layers: readonly BoundLayer[], layer: BoundLayer): string {
  return `layer ${layers.indexOf(layer)} ${layer.text}`;
}

function valuesText(shape: Shape): string {
  return shape.length === 1 ? `${shape[0]} values` : `values of shape ${shapeText(shape)}`;
}
