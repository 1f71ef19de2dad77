/** Cross-entropy of probabilities (article section "Cross-Entropy Loss Implementation"). */
import { z } from "zod";
import { ShapeError } from "../errors.ts";
import { matrix, type Op } from "../ops/op.ts";
import { mean, sum } from "../ops/reduce.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { defineLoss } from "./loss.ts";

/** Settings of `crossEntropyOp`. */
export interface CrossEntropySettings {
  /** uint8 `[N]`: the true class of each row. */
  labels: Tensor<"uint8">;
  /** Probabilities are clamped to [clamp, 1] before the logarithm; 0 for no clamp. */
  clamp: number;
}

/** loss[i] = −log(clamp(p[i, label i], clamp, 1)) with p `[N, C]`; loss is `[N]`. */
export const crossEntropyOp: Op = {
  name: "crossEntropy",
  formula: { forward: "l = −log p[label]", backward: ["∂p[label] = −∂l / p", "all other ∂p, and clamped: 0"] },
  shape([p], { labels }: CrossEntropySettings) {
    const [rows] = matrix("crossEntropy", "probabilities", p);
    if (labels.size === rows) return [rows];
    throw new ShapeError(`crossEntropy expects one label per row, but found ${labels.size} labels for ${rows} rows.`);
  },
  forward: (k, out, [p], { labels, clamp }: CrossEntropySettings) => k.pickLogLoss(out, p, labels, clamp),
  /**
   * dp[i, label i] = −dloss[i] / p where clamp ≤ p ≤ 1; everything else is 0. As in torch, a clamped row has no gradient,
   * so a row whose label has probability 0 does not contribute to learning.
   */
  backward(k, gradient, _out, [p], [dp], { labels, clamp }: CrossEntropySettings) {
    if (dp) k.pickLogLossBackward(dp.gradient, gradient, p, labels, clamp, dp.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
  cases: [
    {
      shapes: [[4, 3]],
      range: [0.2, 0.9],
      settings: (tensorOf) => ({ labels: tensorOf([2, 0, 1, 2], [4], "uint8"), clamp: 1e-10 }),
    },
    {
      shapes: [[2, 5]],
      range: [0.2, 0.9],
      settings: (tensorOf) => ({ labels: tensorOf([4, 4], [2], "uint8"), clamp: 0 }),
    },
  ],
};

/** The article sums over the batch; torch.nn.CrossEntropyLoss takes the mean. */
export const crossEntropy = defineLoss({
  name: "cross-entropy",
  about: "Negative logarithm of the label's probability.",
  source: import.meta.url,
  params: {
    reduction: z.enum(["sum", "mean"]).default("mean").describe("How the losses of a batch's rows are combined."),
    clamp: z.number().nonnegative().max(0.1).default(1e-10).describe(
      "Lower bound of the probabilities in the logarithm; 0 for no clamp.",
    ),
  },
  takes: "probabilities",
  reduction: ({ reduction }) => reduction,
  clamp: ({ clamp }) => clamp,
  record(tape, output, labels, { reduction, clamp }) {
    const rows = tape.apply(crossEntropyOp, [output], { labels, clamp });
    return tape.apply(reduction === "sum" ? sum : mean, [rows]);
  },
});
