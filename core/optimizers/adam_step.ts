/** What torch.optim.Adam and AdamW have in common. */
import { z } from "zod";
import { power } from "../double_double.ts";
import type { OptimizerStep } from "./optimizer.ts";

const beta = z.number().nonnegative().lt(1);

/** The fields of both in an experiment, with torch's defaults. */
export const adamFields = {
  lr: z.number().positive().default(0.001).describe("Learning rate."),
  betas: z.tuple([beta, beta]).default([0.9, 0.999]).describe(
    "How much of the averages of the gradient and of its square is kept in each step.",
  ),
  eps: z.number().nonnegative().default(1e-8).describe("Added to the root of the average square."),
};

/** The fields with the weight decay. */
export interface AdamParams {
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weight_decay: number;
}

/** The averages of the gradient and of its square, by torch's names. */
export const adamState = () => ["exp_avg", "exp_avg_sq"];

/**
 * One step; the kernel `adamStep` states the formulas. Weight decay that is decoupled shrinks the parameter, otherwise it
 * is part of the gradient.
 */
export function takeAdamStep(
  { k, value, gradient, state, t, params }: OptimizerStep<AdamParams>,
  isDecoupled: boolean,
) {
  const { lr, betas: [beta1, beta2], eps, weight_decay } = params;
  k.adamStep(value, gradient, state.exp_avg, state.exp_avg_sq, {
    beta1,
    beta2,
    eps,
    decay: isDecoupled ? 0 : weight_decay,
    shrink: isDecoupled ? 1 - lr * weight_decay : 1,
    rate: lr / (1 - power(beta1, t)),
    root: Math.sqrt(1 - power(beta2, t)),
  });
}
