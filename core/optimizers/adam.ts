/** Adam, torch.optim.Adam. */
import { z } from "zod";
import { adamFields, adamState, takeAdamStep } from "./adam_step.ts";
import { defineOptimizer } from "./optimizer.ts";

export const adam = defineOptimizer({
  name: "adam",
  about: "torch.optim.Adam.",
  source: import.meta.url,
  params: z.strictObject({
    name: z.literal("adam").describe("torch.optim.Adam."),
    ...adamFields,
    weight_decay: z.number().nonnegative().default(0).describe("L2 penalty."),
  }),
  state: adamState,
  step: (step) => takeAdamStep(step, false),
});
