import { defineOptimizer, z } from "retrace";

export const adagrad = defineOptimizer({
  name: "adagrad",
  about: "torch.optim.Adagrad.",
  source: import.meta.url,
  params: z.strictObject({
    name: z.literal("adagrad"),
    lr: z.number().positive().default(0.01).describe("Learning rate."),
    eps: z.number().positive().default(1e-10).describe("Added to the denominator."),
  }),
  state: () => ["sum"],
  step({ value, gradient, state, params: { lr, eps } }) {
    const [p, g, sum] = [value.data, gradient.data, state.sum.data];
    for (let i = 0; i < p.length; i++) {
      sum[i] += g[i] * g[i];
      p[i] -= lr * g[i] / (Math.sqrt(sum[i]) + eps);
    }
  },
});
