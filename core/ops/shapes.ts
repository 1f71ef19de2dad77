/** Shape rules that several ops share. */
import { ShapeError } from "../errors.ts";
import type { Shape } from "./op.ts";

/** A shape as people write it: `[64, 784]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * The one shape that all inputs must have.
 * @throws ShapeError when two differ.
 */
export function sameShape(op: string, shapes: readonly Shape[]): Shape {
  const [first, ...rest] = shapes;
  for (const shape of rest) {
    if (shape.length !== first.length || shape.some((size, axis) => size !== first[axis])) {
      throw new ShapeError(
        `${op} takes tensors of one shape, but was given ${shapeText(first)} and ${shapeText(shape)}.`,
      );
    }
  }
  return first;
}

/**
 * A shape of rank 2 as its two sizes.
 * @throws ShapeError for another rank; `role` names the tensor in the message.
 */
export function matrix(op: string, role: string, shape: Shape): [rows: number, columns: number] {
  if (shape.length !== 2) throw new ShapeError(`${op} takes a matrix as ${role}, but was given ${shapeText(shape)}.`);
  return [shape[0], shape[1]];
}

/**
 * Checks that two sizes that must be equal are equal.
 * @throws ShapeError that names both.
 */
export function mustMatch(op: string, what: string, a: number, b: number, shapes: readonly Shape[]): void {
  if (a === b) return;
  throw new ShapeError(
    `${op}: ${what} must be equal, but are ${a} and ${b} (shapes ${shapes.map(shapeText).join(" and ")}).`,
  );
}
