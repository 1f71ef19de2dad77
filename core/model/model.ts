/** Models: layers with parameters, and their forward pass, torch.nn.Sequential. */
import type { Node, Recording } from "../autograd/recording.ts";
import { type BoundLayer, bufferSpecs, parameterSpecs } from "../layers/model_layers.ts";
import { drawsFrom, STATE_SHAPE } from "../layers/layer_draws.ts";
import type { Mode, ParameterSpec } from "../layers/layer.ts";
import { type Backend, wasmBackend } from "../tensor/backend.ts";
import { type Parameter, parameterOf } from "../tensor/parameter.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";

/** A parameter of a model, named as in torch's state_dict: "0.weight". */
export interface ModelParameter extends Parameter {
  /** The index of its layer, and its name in that layer: "weight". */
  readonly layer: number;
  readonly key: string;
  readonly spec: ParameterSpec;
}

/** A buffer of a model, named as in torch's state_dict: "1.running_mean". */
export interface ModelBuffer {
  readonly name: string;
  readonly layer: number;
  readonly key: string;
  readonly value: Tensor;
}

/** A model. */
export interface Model {
  /** The backend that the parameters belong to. */
  readonly backend: Backend;
  readonly layers: readonly BoundLayer[];
  /** In the order of the layers, and of PyTorch's draws. */
  readonly parameters: readonly ModelParameter[];
  /** In the order of the layers. */
  readonly buffers: readonly ModelBuffer[];
  /** The state of the generator that layers draw from, `[625]`; null until the forward pass of one that draws is recorded. */
  generator: Tensor<"int32"> | null;
}

/** Makes a model whose parameters are all 0; its buffers are as at first. @throws ShapeError if the layers do not fit together. */
export function makeModel(layers: readonly BoundLayer[], backend: Backend = wasmBackend): Model {
  const parameters = parameterSpecs(layers).map(({ layer, key, spec }): ModelParameter => ({
    ...parameterOf(`${layer}.${key}`, backend.tensor(spec.shape), backend),
    layer,
    key,
    spec,
  }));
  const buffers = bufferSpecs(layers).map(({ layer, key, spec }): ModelBuffer => {
    const value = backend.tensor(spec.shape);
    value.data.fill(spec.constant);
    return { name: `${layer}.${key}`, layer, key, value };
  });
  return { backend, layers, parameters, buffers, generator: null };
}

/** All that a checkpoint has of a model: its parameters, then its buffers. */
export function tensorsOf({ parameters, buffers }: Model): { readonly name: string; readonly value: Tensor }[] {
  return [...parameters, ...buffers];
}

/** Records a model's forward pass, from x `[N, in]` to the output of the last layer, `[N, classes]`. */
export function forward(model: Model, tape: Recording, x: Node, mode: Mode): Node {
  const draws = drawsFrom(tape, () => model.generator ??= tensor(STATE_SHAPE, "int32"));
  const ofLayer = <T extends { layer: number }>(all: readonly T[], index: number) =>
    all.filter(({ layer }) => layer === index);
  return model.layers.reduce((input, { definition, args }, index) => {
    const parameters = ofLayer(model.parameters, index).map((one) => [one.key, tape.parameter(one)]);
    const buffers = ofLayer(model.buffers, index).map(({ key, value }) => [key, value]);
    return definition.forward({
      ...{ tape, x: input, args, mode, draws },
      parameters: Object.fromEntries(parameters),
      buffers: Object.fromEntries(buffers),
    });
  }, x);
}
