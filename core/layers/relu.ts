/** The rectified linear unit, torch.relu (article section "Non-Linear Activation Function: ReLU"). */
import type { Op } from "../ops/op.ts";
import { defineLayer } from "./layer.ts";

/** out = max(x, 0). */
export const reluOp: Op = {
  name: "relu",
  formula: { forward: "z = max(x, 0)", backward: ["∂x = ∂z where x > 0, else 0"] },
  shape: ([x]) => x,
  forward: (k, out, [x]) => k.relu(out, x),
  /** dx = 0 where x ≤ 0 (equivalently out ≤ 0), else dout. At 0 itself it is 0, as in torch. */
  backward(k, gradient, out, _inputs, [dx]) {
    if (dx) k.reluBackward(dx.gradient, gradient, out, dx.accumulate);
  },
  backwardReads: { inputs: [], out: true },
  inPlace: true,
  cases: [{ shapes: [[3, 7]], awayFromZero: 0.1 }],
};

/** `relu`. */
export const relu = defineLayer({
  name: "relu",
  about: "Rectified linear unit: z = max(x, 0), torch.nn.ReLU.",
  source: import.meta.url,
  args: {},
  shape: (input) => input,
  forward: ({ tape, x }) => tape.apply(reluOp, [x]),
  torch: () => "nn.ReLU()",
  onnx: () => [{ op: "Relu" }],
  activation: true,
});
