/** Softmax over the classes, torch.nn.Softmax(dim=1) (article section "SoftMax Implementation"). */
import { ShapeError } from "../errors.ts";
import type { Op } from "../ops/op.ts";
import { matrix, shapeText } from "../ops/shapes.ts";
import { defineLayer } from "./layer.ts";

/** p[i, j] = exp(z[i, j] − max_j z[i, j]) / Σ_j of the same; `[N, C]`. Every row sums to 1. */
export const softmaxOp: Op = {
  name: "softmax",
  formula: { forward: "p = exp(x) / Σ exp(x)", backward: ["∂x = p · (∂p − Σ ∂p·p)"] },
  shape([z]) {
    matrix("softmax", "logits", z);
    return z;
  },
  forward: (k, out, [z]) => k.softmaxRows(out, z),
  /** dz = p · (dp − Σ_j dp[j]·p[j]), row by row. */
  backward(k, gradient, out, _inputs, [dz]) {
    if (dz) k.softmaxRowsBackward(dz.gradient, gradient, out, dz.accumulate);
  },
  backwardReads: { inputs: [], out: true },
  cases: [{ shapes: [[3, 10]] }, { shapes: [[1, 2]] }, { shapes: [[5, 7]], range: [-4, 4] }],
};

/** `softmax`. */
export const softmax = defineLayer({
  name: "softmax",
  about: "Turns the values of an example into class probabilities, torch.nn.Softmax(dim=1).",
  source: import.meta.url,
  args: {},
  shape(input) {
    if (input.length === 1) return input;
    throw new ShapeError(`softmax expects one value per class, but found values of shape ${shapeText(input)}.`);
  },
  forward: ({ tape, x }) => tape.apply(softmaxOp, [x]),
  torch: () => "nn.Softmax(dim=1)",
  onnx: () => [{ op: "Softmax", attributes: { axis: 1 } }],
  outputs: "probabilities",
});
