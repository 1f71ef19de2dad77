/** Cross-entropy from logits, torch.nn.CrossEntropyLoss, with label smoothing (Szegedy et al. 2016). */
import { z } from "zod";
import { add, scale } from "../ops/arithmetic.ts";
import { logSoftmaxOp, nllOp, rowSum } from "../ops/softmax_ops.ts";
import { mean, sum } from "../ops/reduce.ts";
import { defineLoss } from "./loss.ts";

/**
 * `cross-entropy-logits`. With smoothing ε, L = (1 − ε) · nll + (−ε / C) · Σ l, where l is the log-softmax of a row: first each
 * row's Σ l, then their sum or mean, then the factor, which is rounded once.
 */
export const crossEntropyLogits = defineLoss({
  name: "cross-entropy-logits",
  about: "Cross-entropy of a model that outputs logits, without softmax: torch.nn.CrossEntropyLoss.",
  source: import.meta.url,
  params: {
    reduction: z.enum(["sum", "mean"]).default("mean").describe("How the losses of a batch's rows are combined."),
    label_smoothing: z.number().min(0).max(1).default(0).describe(
      "Share of the label's probability, 1, that is spread evenly over all classes.",
    ),
  },
  takes: "logits",
  reduction: ({ reduction }) => reduction,
  record(tape, output, labels, { reduction, label_smoothing: smoothing }) {
    const logarithms = tape.apply(logSoftmaxOp, [output]);
    const loss = tape.apply(nllOp, [logarithms], { labels, reduction });
    if (smoothing === 0) return loss;
    const rows = tape.apply(rowSum, [logarithms]);
    const all = tape.apply(reduction === "sum" ? sum : mean, [rows]);
    return tape.apply(add, [
      tape.apply(scale, [loss], { alpha: 1 - smoothing }),
      tape.apply(scale, [all], { alpha: -(smoothing / output.shape[1]) }),
    ]);
  },
});
