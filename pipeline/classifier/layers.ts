/** The layers of a classifier. Pages with a model load this list without the rest of the pipeline. */
import type { LayerDefinition } from "../../core/layers/layer.ts";
import { avgpool2d } from "../../core/layers/avgpool2d.ts";
import { conv2d } from "../../core/layers/conv2d.ts";
import { flatten } from "../../core/layers/flatten.ts";
import { image } from "../../core/layers/image.ts";
import { linear } from "../../core/layers/linear.ts";
import { maxpool2d } from "../../core/layers/maxpool2d.ts";
import { relu } from "../../core/layers/relu.ts";
import { softmax } from "../../core/layers/softmax.ts";

export const layers: readonly LayerDefinition[] = [
  linear,
  relu,
  softmax,
  image,
  conv2d,
  maxpool2d,
  avgpool2d,
  flatten,
];
