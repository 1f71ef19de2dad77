/** The matrix kernels in plain TypeScript. */
import type { F32, MatrixKernels } from "./kernels.ts";
import type { Precision } from "./plain_math.ts";
import { makeSums } from "./plain_sums.ts";

/** Stores a value, or adds it to the current one. */
export function put(target: Float32Array, index: number, value: number, accumulate: boolean): void {
  target[index] = accumulate ? target[index] + value : value;
}

/** How far apart neighbouring elements of a matrix are, `[row, column]`. */
type Strides = readonly [number, number];

/** Plain twins of {@link MatrixKernels}. */
export function plainMatrix(precision: Precision): MatrixKernels {
  const { round } = precision;
  const { cascade, fourWay, vectorSum } = makeSums(precision);

  /** `c[m, n] = Σ_k a[m, k] * b[k, n] (+ bias[n])`. */
  function product(
    [c, accumulate]: [F32, boolean],
    [a, [aRow, aColumn]]: [F32, Strides],
    [b, [bRow, bColumn]]: [F32, Strides],
    length: number,
    bias: F32 | null = null,
  ): void {
    const [rows, columns] = c.shape;
    const [target, left, right] = [c.data, a.data, b.data];
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        let sum = 0;
        for (let k = 0; k < length; k++) {
          sum = round(sum + round(left[m * aRow + k * aColumn] * right[k * bRow + n * bColumn]));
        }
        if (bias !== null) sum = round(sum + bias.data[n]);
        put(target, m * columns + n, sum, accumulate);
      }
    }
  }

  return {
    gemmNt(c, a, b, bias, accumulate) {
      const length = a.shape[1];
      product([c, accumulate], [a, [length, 1]], [b, [1, length]], length, bias);
    },
    gemmTn: (c, a, b, accumulate) => product([c, accumulate], [a, [1, a.shape[1]]], [b, [b.shape[1], 1]], a.shape[0]),
    gemmNn: (c, a, b, accumulate) => product([c, accumulate], [a, [a.shape[1], 1]], [b, [b.shape[1], 1]], a.shape[1]),

    columnSum(out, a, accumulate) {
      const [rows, columns] = a.shape;
      const from = a.data;
      const byCascade = columns < 8 ? columns - columns % 4 : columns - columns % 32;
      for (let n = 0; n < columns; n++) {
        const add = columns === 1 ? vectorSum : n < byCascade ? cascade : fourWay;
        put(out.data, n, add(rows, (m) => from[m * columns + n]), accumulate);
      }
    },
  };
}
