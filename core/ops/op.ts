/**
 * An operation of the autograd tape: its shape rule, its forward, its backward, and cases to check the gradient with.
 * The derivative stands beside the function it belongs to.
 */
import type { Kernels } from "../kernels/kernels.ts";
import type { Tensor } from "../tensor.ts";

/** Row-major sizes, outermost first. */
export type Shape = readonly number[];

/** Plain values that an op is configured with: a factor, a bound, labels. */
// deno-lint-ignore no-explicit-any -- each op types its own settings; the tape only passes them on.
export type Settings = any;

/** Where an op's backward puts ∂loss/∂input: overwrite the tensor, or add to what it holds already. */
export interface GradientTarget {
  gradient: Tensor;
  accumulate: boolean;
  /** Not null only for inputs that the op `descends`: step the input instead, and leave its gradient undefined. */
  descent: Descent | null;
}

/** A step of plain gradient descent: value = value − rate · gradient, in the bits of `sgdStep`. */
export interface Descent {
  value: Tensor;
  rate: number;
}

/** Inputs to check an op's gradient with. */
export interface GradientCase {
  /** Shapes of the inputs that have a gradient. */
  shapes: Shape[];
  /** Draws the inputs' values from this interval, where the function is smooth. Default: -1 to 1. */
  range?: [low: number, high: number];
  /** Keeps every value at least this far from 0, where the function has a kink. */
  awayFromZero?: number;
  settings?: () => Settings;
}

/** One operation. All tensors are row-major and contiguous; `k` are the kernels of the backend that they belong to. */
export interface Op {
  name: string;
  /**
   * The shape of the result.
   * @throws ShapeError when the inputs do not fit each other.
   */
  shape(inputs: readonly Shape[], settings: Settings): Shape;
  /** Computes `out`. */
  forward(k: Kernels, out: Tensor, inputs: readonly Tensor[], settings: Settings): void;
  /**
   * Computes ∂loss/∂input for every target that is not null, from `gradient` = ∂loss/∂out.
   * A call does not allocate: the tape replays it in the hot loop.
   */
  backward(
    k: Kernels,
    gradient: Tensor,
    out: Tensor,
    inputs: readonly Tensor[],
    targets: readonly (GradientTarget | null)[],
    settings: Settings,
  ): void;
  /** What `backward` reads besides `gradient`: the values that must still be there. Shapes always are. */
  backwardReads: { inputs: readonly number[]; out: boolean };
  /** The op has one input, and result and gradient may be written over what each is computed from. */
  inPlace?: true;
  /** Inputs that `backward` can step in the pass that computes their gradient, after it has read them. */
  descends?: readonly number[];
  /** Cases for the gradient check; every op has at least one. */
  cases: readonly GradientCase[];
}
