/** The rectified linear unit, torch.relu (article section "Non-Linear Activation Function: ReLU"). */
import { kernels } from "../kernels/mod.ts";
import type { Op } from "./op.ts";

/** out = max(x, 0). */
export const relu: Op = {
  name: "relu",
  shape: ([x]) => x,
  forward(out, [x]) {
    kernels.relu(out, x);
  },
  /** dx = dout where x > 0, else 0: at 0 itself torch takes 0. */
  backward(gradient, _out, [x], [dx]) {
    if (dx) kernels.reluBackward(dx.gradient, gradient, x, dx.accumulate);
  },
  cases: [{ shapes: [[3, 7]], awayFromZero: 0.1 }],
};
