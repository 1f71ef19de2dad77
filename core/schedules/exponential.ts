/** Exponential decay, torch.optim.lr_scheduler.ExponentialLR. */
import { z } from "zod";
import { defineSchedule } from "./schedule.ts";

export const exponential = defineSchedule({
  name: "exponential",
  about: "torch.optim.lr_scheduler.ExponentialLR: the learning rate times gamma, every tick.",
  source: import.meta.url,
  params: { gamma: z.number().positive().describe("Factor of the learning rate.") },
  lr: ({ t, lr, params: { gamma } }) => t === 0 ? lr : lr * gamma,
});
