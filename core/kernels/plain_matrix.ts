/** The matrix kernels as plain TypeScript: the formulas of kernels.ts, in the same order, to the same bits. */
import type { F32, MatrixKernels } from "./kernels.ts";

const f32 = Math.fround;

/** Stores a computed value, or adds it to what is there. */
export function put(target: Float32Array, at: number, value: number, accumulate: boolean): void {
  target[at] = accumulate ? target[at] + value : value;
}

/** Plain twins of {@link MatrixKernels}. */
export const plainMatrix: MatrixKernels = {
  gemmNt(c, a, b, bias, accumulate) {
    const [rows, length] = a.shape;
    const columns = b.shape[0];
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        let value = dot(a.data, m * length, b.data, n * length, length);
        if (bias !== null) value = f32(value + bias.data[n]);
        put(c.data, m * columns + n, value, accumulate);
      }
    }
  },

  gemmTn(c, a, b, accumulate) {
    const [length, rows] = a.shape;
    sumOfRows(c, a.data, { m: 1, k: rows }, b, rows, length, accumulate);
  },

  gemmNn(c, a, b, accumulate) {
    const [rows, length] = a.shape;
    sumOfRows(c, a.data, { m: length, k: 1 }, b, rows, length, accumulate);
  },

  columnSum(out, a, accumulate) {
    const [rows, columns] = a.shape;
    const from = a.data;
    for (let n = 0; n < columns; n++) {
      let sum = 0;
      for (let m = 0; m < rows; m++) sum = f32(sum + from[m * columns + n]);
      put(out.data, n, sum, accumulate);
    }
  },
};

/** Four interleaved sums, as four SIMD lanes hold them, joined in pairs; then the products that fill no vector. */
function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  const whole = length - length % 4;
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (let k = 0; k < whole; k += 4) {
    s0 = f32(s0 + f32(a[aStart + k] * b[bStart + k]));
    s1 = f32(s1 + f32(a[aStart + k + 1] * b[bStart + k + 1]));
    s2 = f32(s2 + f32(a[aStart + k + 2] * b[bStart + k + 2]));
    s3 = f32(s3 + f32(a[aStart + k + 3] * b[bStart + k + 3]));
  }
  let sum = f32(f32(s0 + s1) + f32(s2 + s3));
  for (let k = whole; k < length; k++) sum = f32(sum + f32(a[aStart + k] * b[bStart + k]));
  return sum;
}

/** `c[m, :] = Σ_k a(m, k) * b[k, :]`, k ascending; `strides` say how far a's neighbours in m and in k are apart. */
function sumOfRows(
  c: F32,
  a: Float32Array,
  strides: { m: number; k: number },
  b: F32,
  rows: number,
  length: number,
  accumulate: boolean,
): void {
  const columns = b.shape[1];
  const from = b.data;
  for (let m = 0; m < rows; m++) {
    for (let n = 0; n < columns; n++) {
      let sum = 0;
      for (let k = 0; k < length; k++) {
        sum = f32(sum + f32(a[m * strides.m + k * strides.k] * from[k * columns + n]));
      }
      put(c.data, m * columns + n, sum, accumulate);
    }
  }
}
