/** The loss of a batch, recorded. */
import type { Node, Recording } from "./autograd/recording.ts";
import { crossEntropy, mean, sum } from "./ops/mod.ts";
import type { Tensor } from "./tensor.ts";

/** Which loss: the article sums over the batch; torch.nn.CrossEntropyLoss takes the mean. */
export interface LossSpec {
  reduction: "sum" | "mean";
  /** Probabilities below this are taken as this before the logarithm (article: 1e-10); 0 for no clamp. */
  clamp: number;
}

/** Cross-entropy of probabilities `[N, C]` against labels uint8 `[N]`, reduced to one number. */
export function crossEntropyLoss(tape: Recording, probabilities: Node, labels: Tensor<"uint8">, spec: LossSpec): Node {
  const rows = tape.apply(crossEntropy, [probabilities], { labels, clamp: spec.clamp });
  return tape.apply(spec.reduction === "sum" ? sum : mean, [rows]);
}
