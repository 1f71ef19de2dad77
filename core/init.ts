/** How a model's parameters are drawn. Apart from nn.ts, because what only computes forward has no use for draws. */
import type { Sequential } from "./nn.ts";
import { type Generator, linearBiasBound, linearWeightBound } from "./random/mod.ts";
import type { Tensor } from "./tensor.ts";

/** How the weights are drawn: as torch.nn.Linear does, or from a standard normal as the article's init_params. */
export type Initialization = "linear" | "randn";

/**
 * Draws a model's parameters in order, weight before bias, as PyTorch does after torch.manual_seed.
 * - "linear": uniform within ±1/√in, the rule of torch.nn.Linear.
 * - "randn": standard normal. The article keeps such weights as `[in, out]`, so they are drawn in that order.
 */
export function initialize(model: Sequential, init: Initialization, generator: Generator): void {
  for (const { parameters } of model.layers) {
    if (parameters.length === 0) continue;
    const [weight, bias] = parameters.map((parameter) => parameter.value);
    if (init === "randn") {
      drawTransposed(weight, generator);
      generator.randn(bias.data);
    } else {
      const inFeatures = weight.shape[1];
      const [weightBound, biasBound] = [linearWeightBound(inFeatures), linearBiasBound(inFeatures)];
      generator.uniform(weight.data, -weightBound, weightBound);
      generator.uniform(bias.data, -biasBound, biasBound);
    }
  }
}

function drawTransposed(weight: Tensor, generator: Generator): void {
  const [outFeatures, inFeatures] = weight.shape;
  const drawn = new Float32Array(weight.size);
  generator.randn(drawn);
  const { data } = weight;
  for (let i = 0; i < inFeatures; i++) {
    for (let o = 0; o < outFeatures; o++) data[o * inFeatures + i] = drawn[i * outFeatures + o];
  }
}
