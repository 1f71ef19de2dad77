/** The hyperbolic tangent, torch.tanh. */
import type { Op } from "../ops/op.ts";
import { defineLayer } from "./layer.ts";

/** out = tanh x. */
export const tanhOp: Op = {
  name: "tanh",
  formula: { forward: "z = tanh x", backward: ["∂x = ∂z · (1 − z²)"] },
  shape: ([x]) => x,
  forward: (k, out, [x]) => k.tanh(out, x),
  /** dx = dout · (1 − out²). */
  backward(k, gradient, out, _inputs, [dx]) {
    if (dx) k.tanhBackward(dx.gradient, gradient, out, dx.accumulate);
  },
  backwardReads: { inputs: [], out: true },
  inPlace: true,
  cases: [{ shapes: [[3, 7]] }, { shapes: [[2, 9]], range: [-4, 4] }],
};

/** `tanh`. */
export const tanh = defineLayer({
  name: "tanh",
  about: "Hyperbolic tangent: z = tanh x, torch.nn.Tanh.",
  source: import.meta.url,
  shape: (input) => input,
  forward: ({ tape, x }) => tape.apply(tanhOp, [x]),
  torch: () => "nn.Tanh()",
  onnx: () => [{ op: "Tanh" }],
  activation: true,
});
