/** Models as lists of layers, torch.nn.Sequential: their parameters and the forward pass. */
import { type Parameter, parameterOf } from "./parameter.ts";
import type { Node, Recording } from "./autograd/recording.ts";
import { type Backend, wasmBackend } from "./backend.ts";
import type { LayerSpec } from "./layers.ts";
import { linear, relu, softmax } from "./ops/mod.ts";
import type { Op } from "./ops/op.ts";

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

/** Records the model's forward pass: x `[N, in]` to the last layer's `[N, classes]`. */
export function forward(model: Sequential, tape: Recording, x: Node): Node {
  return model.layers.reduce(
    (value, { op, parameters }) => tape.apply(op, [value, ...parameters.map((parameter) => tape.parameter(parameter))]),
    x,
  );
}
