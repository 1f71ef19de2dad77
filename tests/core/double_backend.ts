/**
 * A backend that computes in float64: the plain twins' formulas, in their order, without the rounding to float32. It is
 * exact enough to check a derivative by finite differences to nine digits.
 */
// @ts-types="@types/ndarray"
import ndarray from "ndarray";
import type { Backend } from "../../core/tensor/backend.ts";
import { makePlain } from "../../core/kernels/plain.ts";
import type { Tensor } from "../../core/tensor/tensor.ts";

/** The plain twins in float64. */
export const doubleBackend: Backend = {
  kernels: makePlain({
    ...{ round: (x) => x, fma: (a, b, c) => a * b + c, exp: Math.exp, log: Math.log, tanh: Math.tanh },
    ...{ erf, tailExp: Math.exp, tailErf: erf },
  }),
  tensor: (shape) => doubles(shape),
  part: (whole, offset, shape) => doubles(shape, whole.data.subarray(offset) as unknown as Float64Array),
};

/** erf x by its series, which is exact to 1e-12 for |x| < 4. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 100; n++) {
    term *= -x * x / n;
    sum += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

/**
 * A tensor of float64 zeros or of existing numbers, outside the kernels' memory. It pretends to be a float32 tensor, the
 * only kind that models and tapes support; the plain kernels accept any array as `data`.
 */
function doubles(shape: readonly number[], from?: Float64Array): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = from?.subarray(0, length) ?? new Float64Array(length);
  return {
    dtype: "float32",
    shape,
    size: data.length,
    data: data as unknown as Tensor["data"],
    nd: ndarray(data, [...shape]) as unknown as Tensor["nd"],
    get ptr(): number {
      throw new Error("A float64 tensor has no address: use it with plain kernels only.");
    },
  };
}
