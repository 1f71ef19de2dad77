/** The layers of a classifier. Pages with a model load this list without the rest of the pipeline. */
import { batchnorm1d, batchnorm2d } from "../../core/layers/batch_norm.ts";
import { dropout } from "../../core/layers/dropout.ts";
import type { LayerDefinition } from "../../core/layers/layer.ts";
import { linear } from "../../core/layers/linear.ts";
import { relu } from "../../core/layers/relu.ts";
import { softmax } from "../../core/layers/softmax.ts";

export const layers: readonly LayerDefinition[] = [
  linear,
  relu,
  softmax,
  dropout,
  batchnorm1d,
  batchnorm2d,
];
