/** Schedules that multiply the learning rate by gamma: torch's StepLR, MultiStepLR and ExponentialLR. */
import { z } from "zod";
import { defineSchedule } from "./schedule.ts";

const gamma = z.number().positive();

export const step = defineSchedule({
  name: "step",
  about: "torch.optim.lr_scheduler.StepLR: the learning rate times gamma, every step_size ticks.",
  source: import.meta.url,
  params: {
    step_size: z.int().positive().describe("Ticks from one change to the next."),
    gamma: gamma.default(0.1).describe("Factor of the learning rate."),
  },
  lr: ({ t, lr, params: { step_size, gamma } }) => t === 0 || t % step_size !== 0 ? lr : lr * gamma,
});

export const multiStep = defineSchedule({
  name: "multi-step",
  about: "torch.optim.lr_scheduler.MultiStepLR: the learning rate times gamma, at each of the milestones.",
  source: import.meta.url,
  params: {
    milestones: z.array(z.int().positive()).min(1)
      .refine((all) => all.every((one, i) => i === 0 || all[i - 1] < one), "milestones must increase")
      .describe("The ticks at which it changes."),
    gamma: gamma.default(0.1).describe("Factor of the learning rate."),
  },
  lr: ({ t, lr, params: { milestones, gamma } }) => milestones.includes(t) ? lr * gamma : lr,
});

export const exponential = defineSchedule({
  name: "exponential",
  about: "torch.optim.lr_scheduler.ExponentialLR: the learning rate times gamma, every tick.",
  source: import.meta.url,
  params: { gamma: gamma.describe("Factor of the learning rate.") },
  lr: ({ t, lr, params: { gamma } }) => t === 0 ? lr : lr * gamma,
});
