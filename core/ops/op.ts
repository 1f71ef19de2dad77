/** Operations of the tape: a shape rule, a forward, a backward, and cases for the gradient check, in one object. */
import type { Kernels } from "../kernels/kernels.ts";
import type { fromArray, Tensor } from "../tensor/tensor.ts";

/** Row-major sizes, outermost first. */
export type Shape = readonly number[];

/** An op's configuration: a factor, a bound, labels. */
// deno-lint-ignore no-explicit-any -- each op types its own settings; the tape only passes them on.
export type Settings = any;

/** An op as formulas, for drawings of the computation graph. */
export interface Formula {
  readonly forward: string;
  /** One line per gradient. */
  readonly backward: readonly string[];
}

/** Where an op's backward writes ∂loss/∂input: it overwrites the tensor, or adds to it. */
export interface GradientTarget {
  gradient: Tensor;
  accumulate: boolean;
}

/** Inputs to check an op's gradient with. */
export interface GradientCase {
  /** Shapes of the inputs that have a gradient. */
  shapes: Shape[];
  /** Values are drawn from this interval, in which the function must be smooth. Default: -1 to 1. */
  range?: [low: number, high: number];
  /** Minimum distance of the values from 0, where the function has a kink. */
  awayFromZero?: number;
  settings?: (tensorOf: typeof fromArray) => Settings;
}

/** An operation. All tensors are row-major and belong to the backend of the kernels `k`. */
export interface Op {
  name: string;
  formula?: Formula;
  /** The shape of the result. @throws ShapeError if the op does not accept these inputs. */
  shape(inputs: readonly Shape[], settings: Settings): Shape;
  /** Computes `out`. */
  forward(k: Kernels, out: Tensor, inputs: readonly Tensor[], settings: Settings): void;
  /** Computes ∂loss/∂input for all non-null targets from `gradient` = ∂loss/∂out. Must not allocate: it runs every step. */
  backward(
    k: Kernels,
    gradient: Tensor,
    out: Tensor,
    inputs: readonly Tensor[],
    targets: readonly (GradientTarget | null)[],
    settings: Settings,
  ): void;
  /** The values that `backward` reads besides `gradient`; the memory of all others can be reused. */
  backwardReads: { inputs: readonly number[]; out: boolean };
  /** True if the op has one input, and its result and gradient can overwrite the tensors they are computed from. */
  inPlace?: true;
  /** Cases for the gradient check, at least one. */
  cases: readonly GradientCase[];
}
