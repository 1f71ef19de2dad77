/** ReLU's value and derivative along a line, as the tape computes them. */
import { parameterOf, Tape } from "../../../core/autograd/tape.ts";
import { relu, sum } from "../../../core/ops/mod.ts";
import { fromArray, openScope } from "../../../core/tensor/tensor.ts";

/** The points of a function: `value[i]` and `derivative[i]` at `x[i]`. */
export interface Curve {
  x: number[];
  value: number[];
  derivative: number[];
}

/** ReLU at these places. The derivative of the values' sum by x[i] is that of the function at x[i]. */
export function reluCurve(x: readonly number[]): Curve {
  using _memory = openScope();
  const tape = new Tape();
  const place = parameterOf("x", fromArray(x, [x.length]));
  const values = tape.apply(relu, [tape.parameter(place)]);
  tape.backward(tape.apply(sum, [values]));
  return { x: [...x], value: Array.from(values.value.data), derivative: Array.from(place.gradient.data) };
}
