/** Core's layers, and models of them. */
import { type BoundLayer, parseModel } from "../../core/layers/bound_layer.ts";
import { linear } from "../../core/layers/linear.ts";
import { relu } from "../../core/layers/relu.ts";
import { softmax } from "../../core/layers/softmax.ts";

/** All layers. */
export const LAYERS = [linear, relu, softmax];

/** Parses a model. */
export function layersOf(...texts: string[]): BoundLayer[] {
  return parseModel(texts, LAYERS);
}
