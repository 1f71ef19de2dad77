/** Stochastic gradient descent with momentum, torch.optim.SGD. */
import { z } from "zod";
import { defineOptimizer } from "./optimizer.ts";

/** The kernel `sgdStep` states the formulas. Without momentum there is no velocity. */
export const sgd = defineOptimizer({
  name: "sgd",
  about: "torch.optim.SGD.",
  source: import.meta.url,
  params: z.strictObject({
    name: z.literal("sgd").describe("torch.optim.SGD."),
    lr: z.number().positive().describe("Learning rate."),
    momentum: z.number().nonnegative().default(0).describe("Factor of the previous velocity."),
    dampening: z.number().default(0).describe("Share of the gradient that is not added to the velocity."),
    weight_decay: z.number().nonnegative().default(0).describe("L2 penalty."),
    nesterov: z.boolean().default(false).describe("Nesterov momentum."),
  }).refine(({ momentum, dampening, nesterov }) => !nesterov || (momentum > 0 && dampening === 0), {
    message: "nesterov requires a momentum above 0 and a dampening of 0, as in torch.optim.SGD",
  }),
  state: ({ momentum }) => momentum > 0 ? ["velocity"] : [],
  step: ({ k, value, gradient, state, t, params }) =>
    k.sgdStep(value, gradient, state.velocity ?? null, params, t === 1),
});
