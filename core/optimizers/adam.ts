/** Adam, torch.optim.Adam, and Adam with decoupled weight decay, torch.optim.AdamW. */
import { z } from "zod";
import { power } from "../double_double.ts";
import { defineOptimizer, type OptimizerStep } from "./optimizer.ts";

const beta = z.number().nonnegative().lt(1);

/** What both have in common: fields in an experiment, with torch's defaults, and averages by torch's names. */
const fields = {
  lr: z.number().positive().default(0.001).describe("Learning rate."),
  betas: z.tuple([beta, beta]).default([0.9, 0.999]).describe(
    "How much of the averages of the gradient and of its square is kept in each step.",
  ),
  eps: z.number().nonnegative().default(1e-8).describe("Added to the root of the average square."),
};
const shared = { source: import.meta.url, state: () => ["exp_avg", "exp_avg_sq"] };

export const adam = defineOptimizer({
  ...shared,
  name: "adam",
  about: "torch.optim.Adam.",
  params: z.strictObject({
    name: z.literal("adam").describe("torch.optim.Adam."),
    ...fields,
    weight_decay: z.number().nonnegative().default(0).describe("L2 penalty."),
  }),
  step: (step) => takeStep(step, false),
});

export const adamw = defineOptimizer({
  ...shared,
  name: "adamw",
  about: "torch.optim.AdamW.",
  params: z.strictObject({
    name: z.literal("adamw").describe("torch.optim.AdamW."),
    ...fields,
    weight_decay: z.number().nonnegative().default(0.01).describe(
      "Share of a parameter, times the learning rate, that each step takes off.",
    ),
  }),
  step: (step) => takeStep(step, true),
});

/** The fields with the weight decay. */
interface AdamParams {
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weight_decay: number;
}

/**
 * One step; the kernel `adamStep` states the formulas. Weight decay that is decoupled shrinks the parameter, otherwise it
 * is part of the gradient.
 */
function takeStep({ k, value, gradient, state, t, params }: OptimizerStep<AdamParams>, isDecoupled: boolean) {
  const { lr, betas: [beta1, beta2], eps, weight_decay } = params;
  k.adamStep(value, gradient, state.exp_avg, state.exp_avg_sq, {
    ...{ beta1, beta2, eps },
    decay: isDecoupled ? 0 : weight_decay,
    shrink: isDecoupled ? 1 - lr * weight_decay : 1,
    rate: lr / (1 - power(beta1, t)),
    root: Math.sqrt(1 - power(beta2, t)),
  });
}
