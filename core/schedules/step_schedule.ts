/** Steps down at regular intervals, torch.optim.lr_scheduler.StepLR. */
import { z } from "zod";
import { defineSchedule } from "./schedule.ts";

export const step = defineSchedule({
  name: "step",
  about: "torch.optim.lr_scheduler.StepLR: the learning rate times gamma, every step_size ticks.",
  source: import.meta.url,
  params: {
    step_size: z.int().positive().describe("Ticks from one change to the next."),
    gamma: z.number().positive().default(0.1).describe("Factor of the learning rate."),
  },
  lr: ({ t, lr, params: { step_size, gamma } }) => t === 0 || t % step_size !== 0 ? lr : lr * gamma,
});
