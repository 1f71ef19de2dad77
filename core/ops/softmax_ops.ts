/** Softmax and its logarithm, the negative log-likelihood of labels, and sums of rows: what losses from logits consist of. */
import { ShapeError } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { matrix, type Op } from "./op.ts";

/** What both functions of logits `[N, C]` have in common. */
const ofLogits = (name: string): Pick<Op, "name" | "shape" | "backwardReads" | "cases"> => ({
  name,
  shape([z]) {
    matrix(name, "logits", z);
    return z;
  },
  backwardReads: { inputs: [], out: true },
  cases: [{ shapes: [[3, 10]] }, { shapes: [[1, 2]] }, { shapes: [[5, 7]], range: [-4, 4] }],
});

/** p[i, j] = exp(z[i, j] − max_j z[i, j]) / Σ_j of the same; `[N, C]`. Every row sums to 1. */
export const softmaxOp: Op = {
  ...ofLogits("softmax"),
  formula: { forward: "p = exp(x) / Σ exp(x)", backward: ["∂x = p · (∂p − Σ ∂p·p)"] },
  forward: (k, out, [z]) => k.softmaxRows(out, z),
  /** dz = p · (dp − Σ_j dp[j]·p[j]), row by row. */
  backward(k, gradient, out, _inputs, [dz]) {
    if (dz) k.softmaxRowsBackward(dz.gradient, gradient, out, dz.accumulate);
  },
};

/** l[i, j] = (z[i, j] − m) − log Σ_j exp(z[i, j] − m) with m = max_j z[i, j]; `[N, C]`. */
export const logSoftmaxOp: Op = {
  ...ofLogits("logSoftmax"),
  formula: { forward: "l = x − log Σ exp(x)", backward: ["∂x = ∂l − exp(l) · Σ ∂l"] },
  forward: (k, out, [z]) => k.logSoftmaxRows(out, z),
  /** dz = dl − exp(l) · Σ_j dl[j], row by row. */
  backward(k, gradient, out, _inputs, [dz]) {
    if (dz) k.logSoftmaxRowsBackward(dz.gradient, gradient, out, dz.accumulate);
  },
};

/** Settings of `nllOp`. */
export interface NllSettings {
  /** uint8 `[N]`: the true class of each row. */
  labels: Tensor<"uint8">;
  reduction: "sum" | "mean";
}

/** L = −Σ l[i, label i], or their mean, with logarithms of probabilities l `[N, C]`; L is `[1]`. */
export const nllOp: Op = {
  name: "nll",
  formula: { forward: "L = −Σ l[label], or / N", backward: ["∂l[label] = −∂L, or / N", "all other ∂l: 0"] },
  shape([l], { labels }: NllSettings) {
    const [rows] = matrix("nll", "log-probabilities", l);
    if (labels.size === rows) return [1];
    throw new ShapeError(`nll expects one label per row, but found ${labels.size} labels for ${rows} rows.`);
  },
  forward: (k, out, [l], { labels, reduction }: NllSettings) => k.nll(out, l, labels, reduction === "mean"),
  /** dl[i, label i] = −dL, or −dL / N; everything else is 0. */
  backward(k, gradient, _out, _inputs, [dl], { labels, reduction }: NllSettings) {
    if (dl) k.nllBackward(dl.gradient, gradient, labels, reduction === "mean", dl.accumulate);
  },
  backwardReads: { inputs: [], out: false },
  cases: (["sum", "mean"] as const).map((reduction) => ({
    shapes: [[4, 3]],
    settings: (tensorOf) => ({ labels: tensorOf([2, 0, 1, 2], [4], "uint8"), reduction }),
  })),
};

/** out[i] = Σ_j x[i, j] with x `[N, C]`; out is `[N]`. */
export const rowSum: Op = {
  name: "rowSum",
  formula: { forward: "s = Σ over columns of x", backward: ["∂x = ∂s"] },
  shape: ([x]) => [matrix("rowSum", "x", x)[0]],
  forward: (k, out, [x]) => k.rowSum(out, x),
  /** dx[i, j] = dout[i]. */
  backward(k, gradient, _out, _inputs, [dx]) {
    if (dx) k.rowSumBackward(dx.gradient, gradient, dx.accumulate);
  },
  backwardReads: { inputs: [], out: false },
  cases: [{ shapes: [[3, 5]] }, { shapes: [[1, 1]] }, { shapes: [[2, 17]] }],
};
