/** Helpers for shapes and for the shape rules of ops. */
import { ShapeError } from "../errors.ts";
import type { Shape } from "./op.ts";

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes are equal. */
export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** A shape for messages: `[64, 784]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * The common shape of all inputs.
 * @throws ShapeError when two differ.
 */
export function sameShape(op: string, [first, ...rest]: readonly Shape[]): Shape {
  const other = rest.find((shape) => !isSameShape(shape, first));
  if (other === undefined) return first;
  throw new ShapeError(`${op} takes tensors of one shape, but was given ${shapeText(first)} and ${shapeText(other)}.`);
}

/**
 * The two sizes of a matrix; `role` names it in the message.
 * @throws ShapeError when the rank is not 2.
 */
export function matrix(op: string, role: string, shape: Shape): [rows: number, columns: number] {
  if (shape.length !== 2) throw new ShapeError(`${op} takes a matrix as ${role}, but was given ${shapeText(shape)}.`);
  return [shape[0], shape[1]];
}

/**
 * Checks that two sizes are equal; `what` names them in the message.
 * @throws ShapeError when they differ.
 */
export function mustMatch(op: string, what: string, a: number, b: number, shapes: readonly Shape[]): void {
  if (a === b) return;
  throw new ShapeError(
    `${op}: ${what} must be equal, but are ${a} and ${b} (shapes ${shapes.map(shapeText).join(" and ")}).`,
  );
}
