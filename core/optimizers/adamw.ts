/** Adam with decoupled weight decay, torch.optim.AdamW. */
import { z } from "zod";
import { adamFields, adamState, takeAdamStep } from "./adam_step.ts";
import { defineOptimizer } from "./optimizer.ts";

export const adamw = defineOptimizer({
  name: "adamw",
  about: "torch.optim.AdamW.",
  source: import.meta.url,
  params: z.strictObject({
    name: z.literal("adamw").describe("torch.optim.AdamW."),
    ...adamFields,
    weight_decay: z.number().nonnegative().default(0.01).describe(
      "Share of a parameter, times the learning rate, that each step takes off.",
    ),
  }),
  state: adamState,
  step: (step) => takeAdamStep(step, true),
});
