/** Core's layers, and models of them. */
import { batchnorm1d, batchnorm2d } from "../../core/layers/batch_norm.ts";
import { type BoundLayer, parseModel } from "../../core/layers/model_layers.ts";
import { dropout } from "../../core/layers/dropout.ts";
import { avgpool2d, maxpool2d } from "../../core/layers/pool2d.ts";
import { conv2d } from "../../core/layers/conv2d.ts";
import { flatten } from "../../core/layers/flatten.ts";
import { image } from "../../core/layers/image.ts";
import { linear } from "../../core/layers/linear.ts";
import { relu } from "../../core/layers/relu.ts";
import { softmax } from "../../core/layers/softmax.ts";

/** All layers. */
export const LAYERS = [
  ...[linear, relu, softmax, image, conv2d, maxpool2d, avgpool2d, flatten, dropout, batchnorm1d, batchnorm2d],
];

/** Parses a model. */
export function layersOf(...texts: string[]): BoundLayer[] {
  return parseModel(texts, LAYERS);
}
