/** The matrix kernels in plain TypeScript. */
import type { F32, MatrixKernels } from "./kernels.ts";
import type { Precision } from "./plain_math.ts";

/** Stores a value, or adds it to the current one. */
export function put(target: Float32Array, index: number, value: number, accumulate: boolean): void {
  target[index] = accumulate ? target[index] + value : value;
}

/** Plain twins of {@link MatrixKernels}. */
export function plainMatrix({ round }: Precision): MatrixKernels {
  /** Four interleaved sums, as in four SIMD lanes, added in pairs; then the remaining products. */
  function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
    const whole = length - length % 4;
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (let k = 0; k < whole; k += 4) {
      s0 = round(s0 + round(a[aStart + k] * b[bStart + k]));
      s1 = round(s1 + round(a[aStart + k + 1] * b[bStart + k + 1]));
      s2 = round(s2 + round(a[aStart + k + 2] * b[bStart + k + 2]));
      s3 = round(s3 + round(a[aStart + k + 3] * b[bStart + k + 3]));
    }
    let sum = round(round(s0 + s1) + round(s2 + s3));
    for (let k = whole; k < length; k++) sum = round(sum + round(a[aStart + k] * b[bStart + k]));
    return sum;
  }

  /** `c[m, :] = Σ_k a(m, k) * b[k, :]`, with the element a(m, k) at `m * strideM + k * strideK`. */
  function gemmRows(c: F32, a: F32, strideM: number, strideK: number, b: F32, accumulate: boolean): void {
    const [rows, columns] = c.shape;
    const length = b.shape[0];
    const [target, left, right] = [c.data, a.data, b.data];
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        let sum = 0;
        for (let k = 0; k < length; k++) {
          sum = round(sum + round(left[m * strideM + k * strideK] * right[k * columns + n]));
        }
        put(target, m * columns + n, sum, accumulate);
      }
    }
  }

  return {
    gemmNt(c, a, b, bias, accumulate) {
      const [rows, length] = a.shape;
      const columns = b.shape[0];
      for (let m = 0; m < rows; m++) {
        for (let n = 0; n < columns; n++) {
          let value = dot(a.data, m * length, b.data, n * length, length);
          if (bias !== null) value = round(value + bias.data[n]);
          put(c.data, m * columns + n, value, accumulate);
        }
      }
    },

    gemmTn: (c, a, b, accumulate) => gemmRows(c, a, 1, a.shape[1], b, accumulate),
    gemmNn: (c, a, b, accumulate) => gemmRows(c, a, a.shape[1], 1, b, accumulate),

    columnSum(out, a, accumulate) {
      const [rows, columns] = a.shape;
      const from = a.data;
      for (let n = 0; n < columns; n++) {
        let sum = 0;
        for (let m = 0; m < rows; m++) sum = round(sum + from[m * columns + n]);
        put(out.data, n, sum, accumulate);
      }
    },
  };
}
