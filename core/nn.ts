/**
 * Models as lists of layers, torch.nn.Sequential. A model is written as text, one entry a layer:
 * `["linear(784,30)", "relu", "linear(30,10)", "softmax"]`.
 */
import { type Node, type Parameter, parameterOf, type Tape } from "./autograd.ts";
import { type Backend, wasmBackend } from "./backend.ts";
import { FormatError, ShapeError } from "./errors.ts";
import { linear, relu, softmax } from "./ops/mod.ts";
import type { Op } from "./ops/op.ts";
import { type Generator, linearBiasBound, linearWeightBound } from "./random/mod.ts";
import type { Tensor } from "./tensor.ts";

/** A layer as it is written: its kind, and for a linear one its sizes. */
export type LayerSpec = { kind: "linear"; inFeatures: number; outFeatures: number } | { kind: "relu" } | {
  kind: "softmax";
};

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

/**
 * Reads one layer: `linear(in,out)`, `relu` or `softmax`.
 * @throws FormatError for anything else.
 */
export function parseLayer(text: string): LayerSpec {
  const name = text.trim();
  if (name === "relu" || name === "softmax") return { kind: name };
  const sizes = /^linear\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(name);
  if (sizes === null) {
    throw new FormatError(`A layer is "linear(in,out)", "relu" or "softmax", but found ${JSON.stringify(text)}.`);
  }
  const [inFeatures, outFeatures] = [Number(sizes[1]), Number(sizes[2])];
  if (inFeatures === 0 || outFeatures === 0) {
    throw new FormatError(`A layer's sizes are at least 1, but found ${name}.`);
  }
  return { kind: "linear", inFeatures, outFeatures };
}

/** A layer as it is written. */
export function layerText(spec: LayerSpec): string {
  return spec.kind === "linear" ? `linear(${spec.inFeatures},${spec.outFeatures})` : spec.kind;
}

/**
 * Checks that a model is one that can be trained: at least one linear layer, each as wide as the next expects, and
 * softmax as its last layer and nowhere else (the loss is of probabilities).
 * @throws ShapeError that names the two layers that do not fit.
 */
export function checkModel(specs: readonly LayerSpec[]): void {
  let width: { size: number; layer: string } | null = null;
  specs.forEach((spec, index) => {
    const layer = `layer ${index} ${layerText(spec)}`;
    if (spec.kind === "softmax" && index !== specs.length - 1) {
      throw new ShapeError(`${layer} must be the last layer: the layers after it would see probabilities.`);
    }
    if (spec.kind !== "linear") return;
    if (width !== null && width.size !== spec.inFeatures) {
      throw new ShapeError(
        `${width.layer} puts out ${width.size} values, but ${layer} takes ${spec.inFeatures}. Make the two sizes equal.`,
      );
    }
    width = { size: spec.outFeatures, layer };
  });
  if (width === null) throw new ShapeError("The model has no linear layer, so there is nothing to train.");
  if (specs[specs.length - 1].kind !== "softmax") {
    throw new ShapeError(
      `The last layer must be softmax, but is ${layerText(specs[specs.length - 1])}: the loss takes probabilities.`,
    );
  }
}

/** How many values a model takes, and how many classes it tells apart. */
export function modelSizes(specs: readonly LayerSpec[]): { inFeatures: number; classes: number } {
  const linears = specs.filter((spec) => spec.kind === "linear");
  return { inFeatures: linears[0].inFeatures, classes: linears[linears.length - 1].outFeatures };
}

/** The number of parameters: in·out + out for every linear layer (article section "Number of Model Parameters"). */
export function parameterCount(specs: readonly LayerSpec[]): number {
  return specs.reduce((sum, spec) => sum + (spec.kind === "linear" ? (spec.inFeatures + 1) * spec.outFeatures : 0), 0);
}

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

/** Records the model's forward pass on a tape: x `[N, in]` to the last layer's `[N, classes]`. */
export function forward(model: Sequential, tape: Tape, x: Node): Node {
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
