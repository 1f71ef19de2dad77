/** Steps down at given ticks, torch.optim.lr_scheduler.MultiStepLR. */
import { z } from "zod";
import { defineSchedule } from "./schedule.ts";

export const multiStep = defineSchedule({
  name: "multi-step",
  about: "torch.optim.lr_scheduler.MultiStepLR: the learning rate times gamma, at each of the milestones.",
  source: import.meta.url,
  params: {
    milestones: z.array(z.int().positive()).min(1)
      .refine((all) => all.every((one, i) => i === 0 || all[i - 1] < one), "milestones must increase")
      .describe("The ticks at which it changes."),
    gamma: z.number().positive().default(0.1).describe("Factor of the learning rate."),
  },
  lr: ({ t, lr, params: { milestones, gamma } }) => milestones.includes(t) ? lr * gamma : lr,
});
