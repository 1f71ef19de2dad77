/** The fully connected layer, torch.nn.Linear. */
import { checkEqual, matrix, type Op } from "../ops/op.ts";
import { defineLayer, POSITIVE_INTEGER } from "./layer.ts";
import { weightBound } from "./weight_bound.ts";

/** z = x·Wᵀ + b with x `[N, in]`, W `[out, in]`, b `[out]` or left out; z is `[N, out]`. */
export const linearOp: Op = {
  name: "linear",
  formula: { forward: "z = x·Wᵀ + b", backward: ["∂x = ∂z·W", "∂W = ∂zᵀ·x", "∂b = Σ over rows of ∂z"] },
  shape([x, w, b]) {
    const [rows, inFeatures] = matrix("linear", "x", x);
    const [outFeatures, weightColumns] = matrix("linear", "weight", w);
    checkEqual("linear", "the columns of x and of the weight", inFeatures, weightColumns, [x, w]);
    if (b) checkEqual("linear", "the rows of the weight and the length of the bias", outFeatures, b[0], [w, b]);
    return [rows, outFeatures];
  },
  forward: (k, out, [x, w, b]) => k.gemmNt(out, x, w, b ?? null, false),
  /** dx = dz·W, dW = dzᵀ·x, db = Σ over the rows of dz. */
  backward(k, gradient, _out, [x, w], [dx, dw, db]) {
    if (dx) k.gemmNn(dx.gradient, gradient, w, dx.accumulate);
    if (dw) k.gemmTn(dw.gradient, gradient, x, dw.accumulate);
    if (db) k.columnSum(db.gradient, gradient, db.accumulate);
  },
  backwardReads: { inputs: [0, 1], out: false },
  cases: [
    { shapes: [[3, 5], [2, 5], [2]] },
    { shapes: [[1, 1], [1, 1], [1]] },
    { shapes: [[7, 9], [6, 9], [6]] },
    { shapes: [[7, 9], [6, 9]] },
  ],
};

/** `linear(in,out,bias)`; the weight is stored `[out, in]`, as torch.nn.Linear stores it. */
export const linear = defineLayer({
  name: "linear",
  about: "Fully connected layer: z = x·Wᵀ + b, torch.nn.Linear.",
  source: import.meta.url,
  args: {
    in: POSITIVE_INTEGER,
    out: POSITIVE_INTEGER,
    bias: { type: "boolean", default: true },
  },
  takes: ({ in: inFeatures }) => [inFeatures],
  shape: (_input, { out }) => [out],
  parameters: (_input, { in: inFeatures, out, bias }) => ({
    weight: { shape: [out, inFeatures], draw: { uniform: weightBound(inFeatures) } },
    ...(bias ? { bias: { shape: [out], draw: { uniform: 1 / Math.sqrt(inFeatures) } } } : {}),
  }),
  forward: ({ tape, x, parameters: { weight, bias } }) => tape.apply(linearOp, bias ? [x, weight, bias] : [x, weight]),
  torch: ({ in: inFeatures, out, bias }) => `nn.Linear(${inFeatures}, ${out}${bias ? "" : ", bias=False"})`,
  onnx: ({ bias }) => [
    { op: "Gemm", inputs: ["x", "weight", ...(bias ? ["bias"] : [])], attributes: { transB: 1 } },
  ],
});
