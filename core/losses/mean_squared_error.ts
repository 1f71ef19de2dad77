/** The squared error of predicted numbers. */
import { z } from "zod";
import { sub } from "../ops/arithmetic.ts";
import { mean, sum } from "../ops/reduce.ts";
import { square } from "../ops/square.ts";
import { defineLoss } from "./loss.ts";

/** L = mean of (x − t)² over all numbers of the batch, torch.nn.MSELoss; ∂x = 2 (x − t) / n. */
export const meanSquaredError = defineLoss({
  name: "mean-squared-error",
  about: "Square of the difference between what is predicted and what should be.",
  source: import.meta.url,
  params: {
    reduction: z.enum(["sum", "mean"]).default("mean").describe("How the squares of a batch are combined."),
  },
  takes: "numbers",
  reduction: ({ reduction }) => reduction,
  recordTargets(tape, output, targets, { reduction }) {
    const squares = tape.apply(square, [tape.apply(sub, [output, tape.input(targets)])]);
    return tape.apply(reduction === "sum" ? sum : mean, [squares]);
  },
});
