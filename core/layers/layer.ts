/**
 * What a layer is. One file defines it: how it is written, the shapes it takes and gives, its parameters, and what it
 * records. Layers are named by experiments and read back from checkpoints, also in a page.
 */
import type { Node, Recording } from "../autograd/recording.ts";
import type { Shape } from "../ops/op.ts";
import type { ArgSpecs, ArgValues } from "./layer_args.ts";

/**
 * How PyTorch draws a parameter when the layer is made, as plain data: uniform within ± a bound, or all of one value. What
 * draws is apart (core/inits), because pages that only compute forward have no use for random numbers.
 */
export type Draw = { readonly uniform: number } | { readonly constant: number };

/** A parameter of a layer. Its name in a model is "INDEX.NAME", as in torch's state_dict. */
export interface ParameterSpec {
  shape: Shape;
  draw: Draw;
}

/** What a layer records with. */
export interface LayerContext<A extends ArgSpecs> {
  readonly tape: Recording;
  /** The layer's input, `[N, …]`. */
  readonly x: Node;
  readonly parameters: Readonly<Record<string, Node>>;
  readonly args: ArgValues<A>;
  /** Layers that only act in training (dropout) record something else when a model is evaluated. */
  readonly mode: "train" | "evaluate";
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
  /** The shape of an example that the arguments demand, without the batch; left out by layers that take any. */
  takes?(args: ArgValues<A>): Shape;
  /**
   * The shape of an example after the layer, from the shape before it.
   * @throws ShapeError that says what would fit.
   */
  shape(input: Shape, args: ArgValues<A>): Shape;
  /** Parameters in the order in which PyTorch draws them. */
  parameters?(input: Shape, args: ArgValues<A>): Readonly<Record<string, ParameterSpec>>;
  /** Records the layer and gives its output, `[N, …]`. */
  forward(context: LayerContext<A>): Node;
  /** What comes out are probabilities of classes: the losses that take probabilities need such a layer, as the last. */
  readonly probabilities?: true;
  /** The layer is a function of each value by itself, worth a drawing of its curve: an activation function. */
  readonly activation?: true;
}

/** Declares a layer. */
export function defineLayer<const A extends ArgSpecs>(layer: LayerDefinition<A>): LayerDefinition {
  return layer as unknown as LayerDefinition;
}
