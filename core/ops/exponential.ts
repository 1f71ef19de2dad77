/** Exponential, logarithm and clamp, elementwise: the building blocks of softmax and cross-entropy. */
import { contributeProduct } from "./arithmetic.ts";
import type { Op } from "./op.ts";

/** out = exp(x). */
export const exp: Op = {
  name: "exp",
  shape: ([x]) => x,
  forward: (k, out, [x]) => k.exp(out, x),
  /** dx = dout · exp(x). */
  backward(k, gradient, out, _inputs, [dx]) {
    if (dx) contributeProduct(k, dx, gradient, out);
  },
  backwardReads: { inputs: [], out: true },
  inPlace: true,
  cases: [{ shapes: [[3, 5]], range: [-2, 2] }],
};

/** out = log(x), the natural logarithm. */
export const log: Op = {
  name: "log",
  shape: ([x]) => x,
  forward: (k, out, [x]) => k.log(out, x),
  /** dx = dout / x. */
  backward(k, gradient, _out, [x], [dx]) {
    if (dx) k.logBackward(dx.gradient, gradient, x, dx.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
  inPlace: true,
  cases: [{ shapes: [[3, 5]], range: [0.5, 3] }],
};

type Bounds = { min: number; max: number };

/** out = min(max(x, min), max), torch.clamp. */
export const clamp: Op = {
  name: "clamp",
  shape: ([x]) => x,
  forward: (k, out, [x], { min, max }: Bounds) => k.clamp(out, x, min, max),
  /** dx = dout where min ≤ x ≤ max, else 0; the bounds are included, as in torch. */
  backward(k, gradient, _out, [x], [dx], { min, max }: Bounds) {
    if (dx) k.clampBackward(dx.gradient, gradient, x, min, max, dx.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
  inPlace: true,
  cases: [
    { shapes: [[4, 5]], range: [-0.9, 0.9], settings: () => ({ min: -1, max: 1 }) },
    { shapes: [[4, 5]], range: [1.5, 3], settings: () => ({ min: -1, max: 1 }) },
  ],
};
