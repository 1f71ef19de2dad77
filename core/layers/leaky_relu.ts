/** The leaky rectified linear unit, torch.nn.functional.leaky_relu. */
import type { Op } from "../ops/op.ts";
import { defineLayer } from "./layer.ts";

type Slope = { slope: number };

/** out = x where x > 0, else slope · x. */
export const leakyReluOp: Op = {
  name: "leakyRelu",
  formula: { forward: "z = x where x > 0, else slope · x", backward: ["∂x = ∂z where x > 0, else slope · ∂z"] },
  shape: ([x]) => x,
  forward: (k, out, [x], { slope }: Slope) => k.leakyRelu(out, x, slope),
  /** dx = dout where out > 0, else slope · dout: as slope ≥ 0, out is positive where x is. */
  backward(k, gradient, out, _inputs, [dx], { slope }: Slope) {
    if (dx) k.leakyReluBackward(dx.gradient, gradient, out, slope, dx.accumulate);
  },
  backwardReads: { inputs: [], out: true },
  inPlace: true,
  cases: [{ shapes: [[3, 7]], awayFromZero: 0.1, settings: () => ({ slope: 0.25 }) }],
};

/** `leaky-relu(slope)`. */
export const leakyRelu = defineLayer({
  name: "leaky-relu",
  about: "Leaky rectified linear unit: z = x where x > 0, else slope · x, torch.nn.LeakyReLU.",
  source: import.meta.url,
  args: { slope: { type: "number", min: 0, default: 0.01 } },
  shape: (input) => input,
  forward: ({ tape, x, args }) => tape.apply(leakyReluOp, [x], args),
  torch: ({ slope }) => `nn.LeakyReLU(${slope})`,
  onnx: ({ slope }) => [{ op: "LeakyRelu", attributes: { alpha: { float: slope } } }],
  activation: true,
});
