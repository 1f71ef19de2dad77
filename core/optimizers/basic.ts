/** The article's BasicOptim (section "Optimizer in Pytorch"). */
import { z } from "zod";
import { defineOptimizer } from "./optimizer.ts";

const about = "The article's BasicOptim: p = p - lr * gradient.";

/** p = p − lr·g. */
export const basic = defineOptimizer({
  name: "basic",
  about,
  source: import.meta.url,
  params: z.strictObject({
    name: z.literal("basic").describe(about),
    lr: z.number().positive().describe("Learning rate."),
  }),
  state: () => [],
  step: ({ k, value, gradient, params: { lr } }) => k.addScaled(value, gradient, -lr),
});
