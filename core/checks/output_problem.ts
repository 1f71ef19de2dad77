/** The check of a function's output, and what layers and losses have in common. */
import { isSameShape, type Shape, shapeText } from "../ops/op.ts";
import { Generator } from "../random/mod.ts";
import { scoped } from "../tensor/tensor.ts";
import { inputOf, outputOf, type Subject } from "./subject.ts";

/** The rows of the batches that are checked. */
export const ROWS = 3;

/**
 * What `find` finds wrong at random values, in words; null if nothing. A value can be so close to a kink that every step
 * crosses it, but hardly ever twice: so nothing counts that is not found again at other values.
 */
export function confirmedProblem(name: string, find: (generator: Generator) => string | null): string | null {
  const found = (seed: number) => scoped(() => find(new Generator(seed)));
  try {
    return found(1) && found(2);
  } catch (error) {
    return `The ${name} cannot be computed: ${(error as Error).message}`;
  }
}

/** What is wrong with the shape or the values of the output, in words; null if nothing is. */
export function outputProblem(subject: Subject, expected: Shape, todo: string): string | null {
  const { shape, values } = outputOf(subject, true);
  const outputs = `The ${subject.name} outputs`;
  if (!isSameShape(shape, expected)) {
    return `${outputs} ${shapeText(shape)} for ${subject.place}, but ${shapeText(expected)} was expected. ${todo}`;
  }
  const bad = values.find((value) => !Number.isFinite(value));
  return bad === undefined ? null : `${outputs} ${bad} for ${subject.place}, of random numbers. It should be finite, ` +
    "whatever the memory contained before.";
}

/** The output for one row of the input. */
export function outputOfRow({ inputs: [x, ...parameters], ...rest }: Subject, row: number): Float32Array {
  const [, ...shape] = x.value.shape;
  const size = x.value.size / ROWS;
  return scoped(() => {
    const alone = inputOf(x.name, [1, ...shape], x.value.data.slice(row * size, (row + 1) * size));
    return outputOf({ ...rest, inputs: [alone, ...parameters] }).values;
  });
}
