/** Helpers for shapes and for the shape rules of ops. */
import { ShapeError } from "../errors.ts";
import type { Shape } from "./op.ts";

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
