/** Pooling in plain TypeScript. */
import type { F32 } from "./operand.ts";
import type { Precision } from "./plain_math.ts";
import { put } from "./plain_matrix.ts";
import type { PoolingKernels } from "./pooling.ts";

/** Plain twins of {@link PoolingKernels}. */
export function plainPooling({ round }: Precision): PoolingKernels {
  return {
    maxPool(out, x, kernel) {
      eachWindow(x, kernel, (window, i) => out.data[i] = x.data[largestOf(window, x)]);
    },
    maxPoolBackward(dx, dout, x, kernel, accumulate) {
      const gradients = dx.data.map(() => 0);
      eachWindow(x, kernel, (window, i) => gradients[largestOf(window, x)] = 0 + dout.data[i]);
      gradients.forEach((gradient, i) => put(dx.data, i, gradient, accumulate));
    },
    averagePool(out, x, kernel) {
      const count = kernel * kernel;
      eachWindow(x, kernel, (window, i) => {
        const sum = window.reduce((sum, index) => round(sum + x.data[index]), 0);
        out.data[i] = 0 + round(sum / count);
      });
    },
    averagePoolBackward(dx, dout, kernel, accumulate) {
      const count = kernel * kernel;
      const gradients = dx.data.map(() => 0);
      eachWindow(dx, kernel, (window, i) => {
        for (const index of window) gradients[index] = 0 + round(dout.data[i] / count);
      });
      gradients.forEach((gradient, i) => put(dx.data, i, gradient, accumulate));
    },
  };
}

/** Calls `use` with the indices of each window's elements, row after row, and the window's number. */
function eachWindow({ shape, size }: F32, kernel: number, use: (window: number[], i: number) => void): void {
  const [, , height, width] = shape;
  const [rows, columns] = [Math.floor(height / kernel), Math.floor(width / kernel)];
  const windows = size / (height * width) * rows * columns;
  for (let i = 0; i < windows; i++) {
    const [plane, row, column] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
    const first = (plane * height + row * kernel) * width + column * kernel;
    const window = Array.from(
      { length: kernel * kernel },
      (_, k) => first + Math.floor(k / kernel) * width + k % kernel,
    );
    use(window, i);
  }
}

/** The index of the first largest element, or of the last NaN. */
function largestOf(window: readonly number[], { data }: F32): number {
  return window.reduce((best, index) => data[index] > data[best] || data[index] !== data[index] ? index : best);
}
