/** The elementwise kernels as plain TypeScript. Storing into a Float32Array is the rounding to float32. */
import type { ElementwiseKernels, F32 } from "./kernels.ts";
import { put } from "./plain_matrix.ts";
import { clampTo, expF32, logF32 } from "./plain_math.ts";

const f32 = Math.fround;

/** Plain twins of {@link ElementwiseKernels}. */
export const plainElementwise: ElementwiseKernels = {
  relu: (out, x) => map(out, x, (value) => value < 0 ? 0 : value),
  reluBackward(dx, dout, x, accumulate) {
    const [target, gradient, input] = [dx.data, dout.data, x.data];
    for (let i = 0; i < target.length; i++) put(target, i, input[i] > 0 ? gradient[i] : 0, accumulate);
  },
  exp: (out, x) => map(out, x, expF32),
  log: (out, x) => map(out, x, logF32),
  add: (out, a, b) => zip(out, a, b, (x, y) => x + y),
  sub: (out, a, b) => zip(out, a, b, (x, y) => x - y),
  mul: (out, a, b) => zip(out, a, b, (x, y) => x * y),
  div: (out, a, b) => zip(out, a, b, (x, y) => x / y),
  scale(out, a, alpha) {
    const factor = f32(alpha);
    map(out, a, (value) => value * factor);
  },
  clamp(out, a, min, max) {
    const [low, high] = [f32(min), f32(max)];
    map(out, a, (value) => clampTo(value, low, high));
  },
  addRow(out, a, row) {
    const [target, from, added] = [out.data, a.data, row.data];
    for (let i = 0; i < target.length; i++) target[i] = from[i] + added[i % added.length];
  },
  addScaled(target, a, alpha) {
    const factor = f32(alpha);
    zip(target, target, a, (sum, value) => sum + f32(factor * value));
  },
  addProduct(target, a, b) {
    const [sums, x, y] = [target.data, a.data, b.data];
    for (let i = 0; i < sums.length; i++) sums[i] += f32(x[i] * y[i]);
  },
  copy: (out, a) => out.data.set(a.data),
  fill: (out, value) => out.data.fill(value),
};

function map(out: F32, a: F32, f: (x: number) => number): void {
  const [target, from] = [out.data, a.data];
  for (let i = 0; i < target.length; i++) target[i] = f(from[i]);
}

function zip(out: F32, a: F32, b: F32, f: (x: number, y: number) => number): void {
  const [target, left, right] = [out.data, a.data, b.data];
  for (let i = 0; i < target.length; i++) target[i] = f(left[i], right[i]);
}
