/** Models as lists of layers, torch.nn.Sequential: their parameters, how these are drawn, and the forward pass. */
import { type Parameter, parameterOf } from "./parameter.ts";
import type { Node, Recording } from "./recording.ts";
import { type Backend, wasmBackend } from "./backend.ts";
import type { LayerSpec } from "./layers.ts";
import { linear, relu, softmax } from "./ops/mod.ts";
import type { Op } from "./ops/op.ts";
import { type Generator, linearBiasBound, linearWeightBound } from "./random/mod.ts";
import type { Tensor } from "./tensor.ts";

/** How the weights are drawn: as torch.nn.Linear does, or from a standard normal as the article's init_params. */
export type Initialization = "linear" | "randn";

/** A layer with its parameters. */
interface Layer {
  op: Op;
  parameters: Parameter[];
}

/** Layers applied one after the other. */
export interface Sequential {
  /** Whose tensors the parameters are. */
  readonly backend: Backend;
  readonly specs: readonly LayerSpec[];
  readonly layers: readonly Layer[];
  /** All parameters, named as in torch's state_dict: layer index and "weight" or "bias". */
  readonly parameters: readonly Parameter[];
}

const ELEMENTWISE: Record<"relu" | "softmax", Op> = { relu, softmax };

/** A model with all parameters zero. Weights are `[out, in]` and biases `[out]`, as torch.nn.Linear stores them. */
export function makeSequential(specs: readonly LayerSpec[], backend: Backend = wasmBackend): Sequential {
  const layers = specs.map((spec, index): Layer => {
    if (spec.kind !== "linear") return { op: ELEMENTWISE[spec.kind], parameters: [] };
    const weight = parameterOf(`${index}.weight`, backend.tensor([spec.outFeatures, spec.inFeatures]), backend);
    const bias = parameterOf(`${index}.bias`, backend.tensor([spec.outFeatures]), backend);
    return { op: linear, parameters: [weight, bias] };
  });
  return { backend, specs, layers, parameters: layers.flatMap((layer) => layer.parameters) };
}

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

/** Records the model's forward pass: x `[N, in]` to the last layer's `[N, classes]`. */
export function forward(model: Sequential, tape: Recording, x: Node): Node {
  return model.layers.reduce(
    (value, { op, parameters }) => tape.apply(op, [value, ...parameters.map((parameter) => tape.parameter(parameter))]),
    x,
  );
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
