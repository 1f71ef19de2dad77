/** The logistic function, torch.sigmoid. */
import type { Op } from "../ops/op.ts";
import { defineLayer } from "./layer.ts";

/** out = 1 / (1 + exp(−x)). */
export const sigmoidOp: Op = {
  name: "sigmoid",
  formula: { forward: "z = 1 / (1 + exp(−x))", backward: ["∂x = ∂z · (1 − z) · z"] },
  shape: ([x]) => x,
  forward: (k, out, [x]) => k.sigmoid(out, x),
  /** dx = dout · (1 − out) · out. */
  backward(k, gradient, out, _inputs, [dx]) {
    if (dx) k.sigmoidBackward(dx.gradient, gradient, out, dx.accumulate);
  },
  backwardReads: { inputs: [], out: true },
  inPlace: true,
  cases: [{ shapes: [[3, 7]] }, { shapes: [[2, 9]], range: [-3, 3] }],
};

/** `sigmoid`. */
export const sigmoid = defineLayer({
  name: "sigmoid",
  about: "Logistic function: z = 1 / (1 + exp(−x)), torch.nn.Sigmoid.",
  source: import.meta.url,
  shape: (input) => input,
  forward: ({ tape, x }) => tape.apply(sigmoidOp, [x]),
  torch: () => "nn.Sigmoid()",
  onnx: () => [{ op: "Sigmoid" }],
  activation: true,
  perBatch: true,
});
