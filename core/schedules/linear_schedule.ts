/** Linear warm-up or decay, torch.optim.lr_scheduler.LinearLR. */
import { z } from "zod";
import { defineSchedule } from "./schedule.ts";

export const linearSchedule = defineSchedule({
  name: "linear",
  about: "torch.optim.lr_scheduler.LinearLR: from start_factor to end_factor times the learning rate, then constant.",
  source: import.meta.url,
  params: {
    start_factor: z.number().positive().max(1).default(1 / 3).describe("Factor of the learning rate at first."),
    end_factor: z.number().nonnegative().max(1).default(1).describe("Factor of the learning rate in the end."),
    total_iters: z.int().positive().default(5).describe("The tick at which it has the end factor."),
  },
  lr({ t, lr, params: { start_factor, end_factor, total_iters } }) {
    if (t === 0) return lr * start_factor;
    if (t > total_iters) return lr;
    const change = end_factor - start_factor;
    return lr * (1 + change / (total_iters * start_factor + (t - 1) * change));
  },
});
