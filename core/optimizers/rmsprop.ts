/** RMSprop, torch.optim.RMSprop. */
import { z } from "zod";
import { defineOptimizer } from "./optimizer.ts";

/** The kernel `rmspropStep` states the formulas. */
export const rmsprop = defineOptimizer({
  name: "rmsprop",
  about: "torch.optim.RMSprop.",
  source: import.meta.url,
  params: z.strictObject({
    name: z.literal("rmsprop").describe("torch.optim.RMSprop."),
    lr: z.number().positive().default(0.01).describe("Learning rate."),
    alpha: z.number().nonnegative().lt(1).default(0.99).describe("How much of the averages is kept in each step."),
    eps: z.number().nonnegative().default(1e-8).describe("Added to the root of the average square."),
    weight_decay: z.number().nonnegative().default(0).describe("L2 penalty."),
    momentum: z.number().nonnegative().default(0).describe("Factor of the previous update."),
    centered: z.boolean().default(false).describe("Divide by the deviation of the gradient, not by its size."),
  }),
  state: ({ centered, momentum }) => [
    "square_avg",
    ...(momentum > 0 ? ["momentum_buffer"] : []),
    ...(centered ? ["grad_avg"] : []),
  ],
  step: ({ k, value, gradient, state: { square_avg, grad_avg, momentum_buffer }, params }) =>
    k.rmspropStep(value, gradient, square_avg, grad_avg ?? null, momentum_buffer ?? null, params),
});
