/** Cosine annealing, torch.optim.lr_scheduler.CosineAnnealingLR. */
import { z } from "zod";
import { cosine as cos } from "../double_double.ts";
import { defineSchedule } from "./schedule.ts";

export const cosine = defineSchedule({
  name: "cosine",
  about: "torch.optim.lr_scheduler.CosineAnnealingLR: down to eta_min along half a cosine wave.",
  source: import.meta.url,
  params: {
    T_max: z.int().positive().optional().describe(
      "The tick at which it has eta_min; then it rises again. Default: the end of the training.",
    ),
    eta_min: z.number().nonnegative().default(0).describe("The lowest learning rate."),
  },
  length: "T_max",
  lr({ t, base, lr, length, follows, params: { eta_min } }) {
    // torch starts it anew by another formula when it takes over.
    if (t === 0) return follows ? eta_min + (base - eta_min) : lr;
    if ((t - 1 - length) % (2 * length) === 0) return lr + (base - eta_min) * (1 - cos(Math.PI / length)) / 2;
    const factor = (1 + cos(Math.PI * t / length)) / (1 + cos(Math.PI * (t - 1) / length));
    return factor * (lr - eta_min) + eta_min;
  },
});
