/** Models: layers with parameters, and their forward pass, torch.nn.Sequential. */
import type { Node, Recording } from "../autograd/recording.ts";
import type { BoundLayer } from "../layers/bound_layer.ts";
import type { Mode, ParameterSpec } from "../layers/layer.ts";
import { parameterSpecs } from "../layers/model_shapes.ts";
import { type Backend, wasmBackend } from "../tensor/backend.ts";
import { type Parameter, parameterOf } from "../tensor/parameter.ts";

/** A parameter of a model, named as in torch's state_dict: "0.weight". */
export interface ModelParameter extends Parameter {
  /** The index of its layer, and its name in that layer: "weight". */
  readonly layer: number;
  readonly key: string;
  readonly spec: ParameterSpec;
}

/** A model. */
export interface Model {
  /** The backend that the parameters belong to. */
  readonly backend: Backend;
  readonly layers: readonly BoundLayer[];
  /** In the order of the layers, and of PyTorch's draws. */
  readonly parameters: readonly ModelParameter[];
}

/** Makes a model whose parameters are all 0. @throws ShapeError if the layers do not fit together. */
export function makeModel(layers: readonly BoundLayer[], backend: Backend = wasmBackend): Model {
  const parameters = parameterSpecs(layers).map(({ layer, key, spec }): ModelParameter => ({
    ...parameterOf(`${layer}.${key}`, backend.tensor(spec.shape), backend),
    layer,
    key,
    spec,
  }));
  return { backend, layers, parameters };
}

/** Records a model's forward pass, from x `[N, in]` to the output of the last layer, `[N, classes]`. */
export function forward({ layers, parameters }: Model, tape: Recording, x: Node, mode: Mode): Node {
  return layers.reduce((input, { definition, args }, index) => {
    const own = parameters.filter(({ layer }) => layer === index).map((one) => [one.key, tape.parameter(one)]);
    return definition.forward({ tape, x: input, parameters: Object.fromEntries(own), args, mode });
  }, x);
}
