/** The contract of layers. One file defines a layer: its syntax, its shapes, its parameters, and what it records. */
import { declared, type Written } from "../declared.ts";
import type { ModelOutput } from "../model_output.ts";
import type { Node, Recording } from "../autograd/recording.ts";
import type { Shape } from "../ops/op.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Draws } from "./layer_draws.ts";
import type { ArgSpecs, ArgValues } from "./layer_args.ts";
import type { OnnxNode } from "./onnx_node.ts";

/**
 * The initial values of a parameter in PyTorch, as plain data: uniform within ± a bound, or constant. core/inits draws
 * them, because pages that only compute forward need no random numbers.
 */
export type Draw = { readonly uniform: number } | { readonly constant: number };

/** A parameter of a layer. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly draw: Draw;
}

/** A tensor that a layer keeps between steps and that no gradient changes: running statistics. It is part of checkpoints. */
export interface BufferSpec {
  readonly shape: Shape;
  /** What it is filled with at first. */
  readonly constant: number;
}

/** Layers that act only in training (dropout) record something else in evaluation. */
export type Mode = "train" | "evaluate";

/** The inputs of a layer's `forward`. */
export interface LayerContext<A extends ArgSpecs> {
  readonly tape: Recording;
  /** The layer's input, `[N, …]`. */
  readonly x: Node;
  readonly parameters: Readonly<Record<string, Node>>;
  readonly args: ArgValues<A>;
  readonly mode: Mode;
  /** The layer's buffers by name. Ops read and change them when they run. */
  readonly buffers: Readonly<Record<string, Tensor>>;
  /** Random numbers, for training. */
  readonly draws: Draws;
}

/** The definition of a layer. */
export interface LayerDefinition<A extends ArgSpecs = ArgSpecs> {
  /** Its name in experiments: "linear", "relu". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** The arguments in their order in the text: `linear(in,out)`. */
  readonly args: A;
  /** The shape of an example, without the batch, that the arguments require. Omitted by layers that accept any shape. */
  takes?(args: ArgValues<A>): Shape;
  /** The shape of an example after the layer. @throws ShapeError that states which shapes the layer accepts. */
  shape(input: Shape, args: ArgValues<A>): Shape;
  /** The parameters by name ("weight"), in the order in which PyTorch draws them. */
  parameters?(input: Shape, args: ArgValues<A>): Readonly<Record<string, ParameterSpec>>;
  /** The buffers by name ("running_mean"), as in torch's state_dict. */
  buffers?(input: Shape, args: ArgValues<A>): Readonly<Record<string, BufferSpec>>;
  /** The fewest rows of a batch that it can be trained on. Default: 1. */
  leastRows?(input: Shape, args: ArgValues<A>): number;
  /** Records the layer and returns its output, `[N, …]`. */
  forward(context: LayerContext<A>): Node;
  /**
   * PyTorch's module, as an expression: "nn.Linear(784, 30)". Its parameters have the same names. `export` refuses a
   * model with a layer that does not have it.
   */
  torch?(args: ArgValues<A>, input: Shape): string;
  /** The same for ONNX: the layer in evaluation, as nodes in order; none if it then changes nothing. */
  onnx?(args: ArgValues<A>, input: Shape): readonly OnnxNode[];
  /** If the outputs are class probabilities, or their logarithms. A loss of these requires such a layer as the last one. */
  readonly outputs?: Extract<ModelOutput, "probabilities" | "log-probabilities">;
  /** True for an activation function: a function of each single value, whose curve can be drawn. */
  readonly activation?: true;
  /**
   * True if the last bit of a row's output can depend on the size of the batch, as PyTorch's does for some functions. Such a
   * model is evaluated batch by batch.
   */
  readonly perBatch?: true;
}

/** Declares a layer. */
export function defineLayer<const A extends ArgSpecs>(layer: Written<LayerDefinition<A>, "args">): LayerDefinition {
  return declared("layers", { args: {}, ...layer });
}
