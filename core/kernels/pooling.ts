/** Pooling of images, `[N, channels, height, width]`, over square windows that do not overlap. */
import { type AddressOf, type Compiled, storeOrAdd } from "./binding.ts";
import type { F32 } from "./operand.ts";

/** Kernels of pooling. `kernel` is the side of a window; rows and columns after the last window are in none. */
export interface PoolingKernels {
  /** The largest element of each window; NaN if there is one. */
  maxPool(out: F32, x: F32, kernel: number): void;
  /** The gradient `0 + dout` at the first largest element of a window, or its last NaN; 0 elsewhere. */
  maxPoolBackward(dx: F32, dout: F32, x: F32, kernel: number, accumulate: boolean): void;
  /** `out = 0 + (Σ x) / kernel²` for each window, row after row, from 0. */
  averagePool(out: F32, x: F32, kernel: number): void;
  /** `dx = 0 + dout / kernel²` in each window; 0 elsewhere. */
  averagePoolBackward(dx: F32, dout: F32, kernel: number, accumulate: boolean): void;
}

const A = "usize";
/** The native functions' parameters. */
export const POOLING_FUNCTIONS = {
  maxPool: [A, A, A, A, A, A],
  maxPoolBackward: [A, A, A, A, A, A, A],
  averagePool: [A, A, A, A, A, A],
  averagePoolBackward: [A, A, A, A, A, A],
} as const;

/** The compiled kernels. */
export function bindPooling(compiled: Compiled, at: AddressOf): PoolingKernels {
  return {
    maxPool: (out, x, kernel) => compiled.maxPool(at(out), at(x), ...sizesOf(x, kernel)),
    maxPoolBackward(dx, dout, x, kernel, accumulate) {
      storeOrAdd(
        compiled,
        at,
        dx,
        accumulate,
        (to) => compiled.maxPoolBackward(to, at(dout), at(x), ...sizesOf(dx, kernel)),
      );
    },
    averagePool: (out, x, kernel) => compiled.averagePool(at(out), at(x), ...sizesOf(x, kernel)),
    averagePoolBackward(dx, dout, kernel, accumulate) {
      storeOrAdd(
        compiled,
        at,
        dx,
        accumulate,
        (to) => compiled.averagePoolBackward(to, at(dout), ...sizesOf(dx, kernel)),
      );
    },
  };
}

function sizesOf(x: F32, kernel: number): [planes: number, height: number, width: number, kernel: number] {
  const [images, channels, height, width] = x.shape;
  return [images * channels, height, width, kernel];
}
