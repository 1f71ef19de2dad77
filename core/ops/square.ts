/** The square. */
import type { Op } from "./op.ts";

/** out = x², elementwise. */
export const square: Op = {
  name: "square",
  formula: { forward: "l = x²", backward: ["∂x = 2 x · ∂l"] },
  shape: ([x]) => x,
  forward: (k, out, [x]) => k.mul(out, x, x),
  /** dx = 2 · x · dout. Doubling is exact, so the bits are those of torch.nn.functional.mse_loss, (2 / n) · x. */
  backward(k, gradient, _out, [x], [dx]) {
    if (!dx) return;
    if (!dx.accumulate) {
      k.mul(dx.gradient, gradient, x);
      return k.scale(dx.gradient, dx.gradient, 2);
    }
    for (let i = 0; i < 2; i++) k.addProduct(dx.gradient, gradient, x);
  },
  backwardReads: { inputs: [0], out: false },
  cases: [{ shapes: [[3, 5]] }],
};
