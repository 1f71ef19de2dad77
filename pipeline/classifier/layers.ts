/** The layers of a classifier. Pages with a model load this list without the rest of the pipeline. */
import { batchnorm1d, batchnorm2d } from "../../core/layers/batch_norm.ts";
import { dropout } from "../../core/layers/dropout.ts";
import type { LayerDefinition } from "../../core/layers/layer.ts";
import { avgpool2d, maxpool2d } from "../../core/layers/pool2d.ts";
import { conv2d } from "../../core/layers/conv2d.ts";
import { flatten } from "../../core/layers/flatten.ts";
import { image } from "../../core/layers/image.ts";
import { gelu } from "../../core/layers/gelu.ts";
import { leakyRelu } from "../../core/layers/leaky_relu.ts";
import { linear } from "../../core/layers/linear.ts";
import { logSoftmax, softmax } from "../../core/layers/softmax.ts";
import { relu } from "../../core/layers/relu.ts";
import { sigmoid } from "../../core/layers/sigmoid.ts";
import { tanh } from "../../core/layers/tanh.ts";

export const layers: readonly LayerDefinition[] = [
  linear,
  relu,
  leakyRelu,
  gelu,
  sigmoid,
  tanh,
  softmax,
  logSoftmax,
  image,
  conv2d,
  maxpool2d,
  avgpool2d,
  flatten,
  dropout,
  batchnorm1d,
  batchnorm2d,
];
