/** The rectified linear unit, torch.relu (article section "Non-Linear Activation Function: ReLU"). */
import type { Op } from "./op.ts";

/** out = max(x, 0). */
export const relu: Op = {
  name: "relu",
  shape: ([x]) => x,
  forward(k, out, [x]) {
    k.relu(out, x);
  },
  /** dx = dout where x > 0, which is where out > 0, else 0: at 0 itself torch takes 0. */
  backward(k, gradient, out, _inputs, [dx]) {
    if (dx) k.reluBackward(dx.gradient, gradient, out, dx.accumulate);
  },
  backwardReads: { inputs: [], out: true },
  inPlace: true,
  cases: [{ shapes: [[3, 7]], awayFromZero: 0.1 }],
};
