/** Early stopping: training ends when it has not improved on the validation rows for some epochs. */
import { z } from "zod";
import type { AnyEvaluation, Evaluation } from "../kinds/json_kinds.ts";

/** When training ends. */
export const earlyStopping = z.strictObject({
  patience: z.int().positive().describe("Epochs without a better value, after which training ends."),
  figure: z.enum(["loss", "accuracy"]).default("loss")
    .describe("What is to improve: the loss or the accuracy on the validation rows."),
  min_delta: z.number().nonnegative().default(0).describe(
    "A better value differs from the best before by more than this.",
  ),
});

/** Whether training ends after these epochs, of which the first is 0, the untrained model. */
export function endsAfter(
  evaluations: readonly AnyEvaluation[],
  { patience, figure, min_delta }: z.infer<typeof earlyStopping>,
): boolean {
  // The higher, the better; an infinite loss, or none, is no improvement.
  const scores = evaluations.map((one) => figure === "loss" ? -(one.loss ?? Infinity) : (one as Evaluation).accuracy);
  const best = scores.reduce((best, score, epoch) => (score > scores[best] + min_delta ? epoch : best), 0);
  return scores.length - 1 - best >= patience;
}
