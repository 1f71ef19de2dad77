/** The loss of each row: −log of the probability of its label (article section "Cross-Entropy Loss Implementation"). */
import { ShapeError } from "../errors.ts";
import { fromArray, type Tensor } from "../tensor.ts";
import type { Op } from "./op.ts";
import { matrix } from "./shapes.ts";

/** Settings of `crossEntropy`. */
export interface CrossEntropySettings {
  /** uint8 `[N]`: the true class of each row. */
  labels: Tensor<"uint8">;
  /** Probabilities are clamped to [clamp, 1] before the logarithm; 0 for no clamp. */
  clamp: number;
}

/** loss[i] = −log(clamp(p[i, label i], clamp, 1)) with p `[N, C]`; loss is `[N]`. */
export const crossEntropy: Op = {
  name: "crossEntropy",
  shape([p], { labels }: CrossEntropySettings) {
    const [rows] = matrix("crossEntropy", "probabilities", p);
    if (labels.size !== rows) {
      throw new ShapeError(`crossEntropy takes one label a row: ${rows} rows, but ${labels.size} labels.`);
    }
    return [rows];
  },
  forward(k, out, [p], { labels, clamp }: CrossEntropySettings) {
    k.pickLogLoss(out, p, labels, clamp);
  },
  /**
   * dp[i, label i] = −dloss[i] / p where clamp ≤ p ≤ 1; everything else is 0. Where the clamp holds p the gradient is
   * 0 as well: a row that is wrong with certainty teaches nothing (torch.clamp does the same).
   */
  backward(k, gradient, _out, [p], [dp], { labels, clamp }: CrossEntropySettings) {
    if (dp) k.pickLogLossBackward(dp.gradient, gradient, p, labels, clamp, dp.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
  cases: [
    {
      shapes: [[4, 3]],
      range: [0.2, 0.9],
      settings: () => ({ labels: fromArray([2, 0, 1, 2], [4], "uint8"), clamp: 1e-10 }),
    },
    {
      shapes: [[2, 5]],
      range: [0.2, 0.9],
      settings: () => ({ labels: fromArray([4, 4], [2], "uint8"), clamp: 0 }),
    },
  ],
};
