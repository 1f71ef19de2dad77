/** Core's layers, and models of them. */
import { type BoundLayer, parseModel } from "../../core/layers/bound_layer.ts";
import { layers } from "../../pipeline/classifier/layers.ts";

/** All layers. */
export const LAYERS = layers;

/** Parses a model. */
export function layersOf(...texts: string[]): BoundLayer[] {
  return parseModel(texts, LAYERS);
}
