/** Exponential, logarithm and clamp, element by element: the parts that softmax and cross-entropy are made of. */
import { kernels } from "../kernels/mod.ts";
import type { Op } from "./op.ts";
import { giveProduct } from "./arithmetic.ts";

/** out = exp(x). */
export const exp: Op = {
  name: "exp",
  shape: ([x]) => x,
  forward(out, [x]) {
    kernels.exp(out, x);
  },
  /** dx = dout · exp(x). */
  backward(gradient, out, _inputs, [dx]) {
    if (dx) giveProduct(dx, gradient, out);
  },
  cases: [{ shapes: [[3, 5]], range: [-2, 2] }],
};

/** out = log(x), the natural logarithm. */
export const log: Op = {
  name: "log",
  shape: ([x]) => x,
  forward(out, [x]) {
    kernels.log(out, x);
  },
  /** dx = dout / x. */
  backward(gradient, _out, [x], [dx]) {
    if (!dx) return;
    const { data: target } = dx.gradient;
    for (let i = 0; i < target.length; i++) {
      const value = Math.fround(gradient.data[i] / x.data[i]);
      target[i] = dx.accumulate ? target[i] + value : value;
    }
  },
  cases: [{ shapes: [[3, 5]], range: [0.5, 3] }],
};

/** Settings of `clamp`. */
export interface ClampSettings {
  min: number;
  max: number;
}

/** out = min(max(x, min), max), torch.clamp. */
export const clamp: Op = {
  name: "clamp",
  shape: ([x]) => x,
  forward(out, [x], { min, max }: ClampSettings) {
    kernels.clamp(out, x, min, max);
  },
  /** dx = dout where min ≤ x ≤ max, else 0; the bounds themselves pass the gradient on, as in torch. */
  backward(gradient, _out, [x], [dx], { min, max }: ClampSettings) {
    if (!dx) return;
    const { data: target } = dx.gradient;
    const [low, high] = [Math.fround(min), Math.fround(max)];
    for (let i = 0; i < target.length; i++) {
      const value = x.data[i] >= low && x.data[i] <= high ? gradient.data[i] : 0;
      target[i] = dx.accumulate ? target[i] + value : value;
    }
  },
  cases: [
    { shapes: [[4, 5]], range: [-0.9, 0.9], settings: () => ({ min: -1, max: 1 }) },
    { shapes: [[4, 5]], range: [1.5, 3], settings: () => ({ min: -1, max: 1 }) },
  ],
};
