/**
 * What a layer is. One file defines it: how it is written, the shapes it takes and gives, its parameters, and what it
 * records. Experiments name layers, and checkpoints are read back with them, in pages too.
 */
import type { Node, Recording } from "../autograd/recording.ts";
import type { Shape } from "../ops/op.ts";
import type { ArgSpecs, ArgValues } from "./layer_args.ts";

/**
 * The initial values of a parameter in PyTorch, as plain data: uniform within ± a bound, or constant. The drawing itself is
 * in core/inits, because pages that only compute forward have no use for random numbers.
 */
export type Draw = { readonly uniform: number } | { readonly constant: number };

/** A parameter of a layer. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly draw: Draw;
}

/** Layers that only act in training (dropout) record something else when a model is evaluated. */
export type Mode = "train" | "evaluate";

/** What a layer records with. */
export interface LayerContext<A extends ArgSpecs> {
  readonly tape: Recording;
  /** The layer's input, `[N, …]`. */
  readonly x: Node;
  readonly parameters: Readonly<Record<string, Node>>;
  readonly args: ArgValues<A>;
  readonly mode: Mode;
}

/** A layer, as one file defines it. */
export interface LayerDefinition<A extends ArgSpecs = ArgSpecs> {
  /** As experiments write it: "linear", "relu". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** The arguments in the order in which they are written: `linear(in,out)`. */
  readonly args: A;
  /** The shape of an example, without the batch, that the arguments require; omitted by layers that take any. */
  takes?(args: ArgValues<A>): Shape;
  /**
   * The shape of an example after the layer, from the shape before it.
   * @throws ShapeError that says which shapes it takes.
   */
  shape(input: Shape, args: ArgValues<A>): Shape;
  /** The parameters by their names ("weight"), in the order in which PyTorch draws them. */
  parameters?(input: Shape, args: ArgValues<A>): Readonly<Record<string, ParameterSpec>>;
  /** Records the layer and returns its output, `[N, …]`. */
  forward(context: LayerContext<A>): Node;
  /** The output are class probabilities: a loss that takes probabilities requires such a layer as the last. */
  readonly probabilities?: true;
  /** An activation function: a function of each value by itself, whose curve is worth drawing. */
  readonly activation?: true;
}

/** Declares a layer. */
export function defineLayer<const A extends ArgSpecs>(layer: LayerDefinition<A>): LayerDefinition {
  return layer as unknown as LayerDefinition;
}
