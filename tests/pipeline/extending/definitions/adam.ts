import { defineOptimizer, z } from "retrace";

export const adam = defineOptimizer({
  name: "adam",
  about: "torch.optim.Adam.",
  source: import.meta.url,
  params: z.strictObject({
    name: z.literal("adam"),
    lr: z.number().positive().default(0.001).describe("Learning rate."),
    beta1: z.number().min(0).lt(1).default(0.9).describe("Decay of the running mean of the gradient."),
    beta2: z.number().min(0).lt(1).default(0.999).describe("Decay of the running mean of its square."),
    eps: z.number().positive().default(1e-8).describe("Added to the denominator."),
  }),
  state: () => ["exp_avg", "exp_avg_sq"],
  step({ value, gradient, state, t, params: { lr, beta1, beta2, eps } }) {
    const [p, g, m, v] = [value.data, gradient.data, state.exp_avg.data, state.exp_avg_sq.data];
    const [correction1, correction2] = [1 - power(beta1, t), 1 - power(beta2, t)];
    for (let i = 0; i < p.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      p[i] -= (lr / correction1) * m[i] / (Math.sqrt(v[i] / correction2) + eps);
    }
  },
});

/** base^exponent from products alone: engines may round `**` and Math.pow differently. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let [square, rest] = [base, exponent]; rest > 0; rest = Math.floor(rest / 2), square *= square) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}
