/** The Gaussian error linear unit in its exact form, torch.nn.functional.gelu. */
import type { Op } from "../ops/op.ts";
import { defineLayer } from "./layer.ts";
import type { OnnxNode } from "./onnx_node.ts";

/** out = x · Φ(x), where Φ is the distribution function of standard normal numbers. */
export const geluOp: Op = {
  name: "gelu",
  formula: { forward: "z = x · Φ(x)", backward: ["∂x = ∂z · (Φ(x) + x · exp(−x²/2) / √2π)"] },
  shape: ([x]) => x,
  forward: (k, out, [x]) => k.gelu(out, x),
  /** dx = dout · (Φ(x) + x · φ(x)) with the normal density φ. */
  backward(k, gradient, _out, [x], [dx]) {
    if (dx) k.geluBackward(dx.gradient, gradient, x, dx.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
  inPlace: true,
  cases: [{ shapes: [[3, 7]] }, { shapes: [[2, 19]], range: [-4, 4] }],
};

/** `gelu`. */
export const gelu = defineLayer({
  name: "gelu",
  about: "Gaussian error linear unit: z = x · Φ(x), exact and not by tanh, torch.nn.GELU.",
  source: import.meta.url,
  shape: (input) => input,
  forward: ({ tape, x }) => tape.apply(geluOp, [x]),
  torch: () => "nn.GELU()",
  onnx: geluNodes,
  activation: true,
  perBatch: true,
});

/** (0.5 · x) · (1 + erf(√½ · x)): ONNX has an operator for it from opset 20 on. */
function geluNodes(): OnnxNode[] {
  const number = (name: string, value: number): OnnxNode => ({
    op: "Constant",
    inputs: [],
    output: name,
    attributes: { value_float: { float: value } },
  });
  return [
    ...[number("half", 0.5), number("one", 1), number("factor", Math.SQRT1_2)],
    { op: "Mul", inputs: ["x", "factor"] },
    { op: "Erf", output: "erf" },
    { op: "Add", inputs: ["erf", "one"], output: "sum" },
    { op: "Mul", inputs: ["x", "half"], output: "product" },
    { op: "Mul", inputs: ["product", "sum"] },
  ];
}
