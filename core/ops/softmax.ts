/** Softmax over the rows of a matrix, torch.nn.Softmax(dim=1) (article section "SoftMax Implementation"). */
import type { Op } from "./op.ts";
import { matrix } from "./shapes.ts";

/** p[i, j] = exp(z[i, j] − max_j z[i, j]) / Σ_j of the same; `[N, C]`, every row sums to 1. */
export const softmax: Op = {
  name: "softmax",
  shape([z]) {
    matrix("softmax", "logits", z);
    return z;
  },
  forward(k, out, [z]) {
    k.softmaxRows(out, z);
  },
  /** dz = p · (dp − Σ_j dp[j]·p[j]), row by row. */
  backward(k, gradient, out, _inputs, [dz]) {
    if (dz) k.softmaxRowsBackward(dz.gradient, gradient, out, dz.accumulate);
  },
  backwardReads: { inputs: [], out: true },
  cases: [{ shapes: [[3, 10]] }, { shapes: [[1, 2]] }, { shapes: [[5, 7]], range: [-4, 4] }],
};
