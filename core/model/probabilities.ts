/** The class probabilities that a model's outputs stand for. */
import type { Node, Recording } from "../autograd/recording.ts";
import type { ModelOutput } from "../model_output.ts";
import { exp } from "../ops/arithmetic.ts";
import { softmaxOp } from "../ops/softmax_ops.ts";

/** Records the probabilities, `[N, C]`, of outputs of this kind; of numbers, the outputs themselves. */
export function recordProbabilities(tape: Recording, output: Node, kind: ModelOutput): Node {
  if (kind === "logits") return tape.apply(softmaxOp, [output]);
  if (kind === "log-probabilities") return tape.apply(exp, [output]);
  return output;
}
