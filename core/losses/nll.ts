/** The negative log-likelihood of labels, from logarithms of probabilities, torch.nn.NLLLoss. */
import { z } from "zod";
import { nllOp } from "../ops/softmax_ops.ts";
import { defineLoss } from "./loss.ts";

/** `nll`: after a last layer `log-softmax` it is the cross-entropy. */
export const nll = defineLoss({
  name: "nll",
  about: "Negative logarithm of the label's probability, of a model that outputs such logarithms: torch.nn.NLLLoss.",
  source: import.meta.url,
  params: {
    reduction: z.enum(["sum", "mean"]).default("mean").describe("How the losses of a batch's rows are combined."),
  },
  takes: "log-probabilities",
  reduction: ({ reduction }) => reduction,
  record: (tape, output, labels, { reduction }) => tape.apply(nllOp, [output], { labels, reduction }),
});
