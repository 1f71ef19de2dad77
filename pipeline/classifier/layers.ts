/** The layers of a classifier. Pages with a model load this list without the rest of the pipeline. */
import type { LayerDefinition } from "../../core/layers/layer.ts";
import { linear } from "../../core/layers/linear.ts";
import { relu } from "../../core/layers/relu.ts";
import { softmax } from "../../core/layers/softmax.ts";

export const layers: readonly LayerDefinition[] = [linear, relu, softmax];
