/** Operations of the tape: a shape rule, a forward, a backward, and cases for the gradient check, in one object; and helpers for shapes. */
import { ShapeError } from "../errors.ts";
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

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** True if two shapes are equal. */
export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Formats a shape for messages: `[64, 784]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The common shape of all inputs. @throws ShapeError if two differ. */
export function sameShape(op: string, [first, ...rest]: readonly Shape[]): Shape {
  const other = rest.find((shape) => !isSameShape(shape, first));
  if (other === undefined) return first;
  throw new ShapeError(`${op} expects tensors of one shape, but found ${shapeText(first)} and ${shapeText(other)}.`);
}

/** The two sizes of a matrix; `role` names it in the message. @throws ShapeError if the rank is not 2. */
export function matrix(op: string, role: string, shape: Shape): [rows: number, columns: number] {
  if (shape.length === 2) return [shape[0], shape[1]];
  throw new ShapeError(`${op} expects a matrix as ${role}, but found the shape ${shapeText(shape)}.`);
}

/** Checks that two sizes are equal; `what` names them in the message. @throws ShapeError if they differ. */
export function checkEqual(op: string, what: string, a: number, b: number, shapes: readonly Shape[]): void {
  if (a === b) return;
  const found = shapes.map(shapeText).join(" and ");
  throw new ShapeError(`${op}: ${what} must be equal, but are ${a} and ${b} (shapes ${found}).`);
}

/**
 * Images `[channels, height, width]` after pooling: each window of `kernel` × `kernel` becomes one value.
 * @throws ShapeError that says what would fit.
 */
export function pooledShape(images: Shape, kernel: number): Shape {
  if (images.length !== 3) {
    throw new ShapeError(
      `it takes images [channels, height, width], but its input has the shape ${shapeText(images)}. ` +
        "Put it after a convolution, or image(channels,height,width) before it.",
    );
  }
  const [channels, height, width] = images;
  if (kernel <= Math.min(height, width)) return [channels, Math.floor(height / kernel), Math.floor(width / kernel)];
  throw new ShapeError(
    `its windows of ${kernel} × ${kernel} are larger than the images of ${height} × ${width}. ` +
      `Make them at most ${Math.min(height, width)}.`,
  );
}
