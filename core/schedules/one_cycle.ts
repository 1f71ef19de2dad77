/** Up to a high learning rate and far down, torch.optim.lr_scheduler.OneCycleLR. */
import { z } from "zod";
import { cosine } from "../double_double.ts";
import { defineSchedule, type ScheduleTick } from "./schedule.ts";

const momentum = z.number().positive().lt(1);
const params = {
  max_lr: z.number().positive().describe("The highest learning rate; the optimizer's own is not used."),
  total_steps: z.int().positive().optional().describe("The steps of the cycle. Default: all of the training."),
  pct_start: z.number().positive().lt(1).default(0.3).describe("Share of the steps in which the learning rate rises."),
  anneal_strategy: z.enum(["cos", "linear"]).default("cos").describe("Along half a cosine wave, or a line."),
  cycle_momentum: z.boolean().default(true).describe("Whether momentum, or the first beta, falls while that rises."),
  base_momentum: momentum.default(0.85).describe("The lowest momentum."),
  max_momentum: momentum.default(0.95).describe("The highest momentum, of the first and the last step."),
  div_factor: z.number().positive().default(25).describe("max_lr divided by the first learning rate."),
  final_div_factor: z.number().positive().default(10000).describe("The first learning rate divided by the last."),
  three_phase: z.boolean().default(false).describe("Fall to the first learning rate before falling to the last."),
};

type Tick = ScheduleTick<z.output<z.ZodObject<typeof params>>>;

export const oneCycle = defineSchedule({
  name: "one-cycle",
  about: "torch.optim.lr_scheduler.OneCycleLR: up to max_lr, then far below the first learning rate.",
  source: import.meta.url,
  params,
  length: "total_steps",
  per: "step",
  lr(tick) {
    const { max_lr, div_factor, final_div_factor, three_phase } = tick.params;
    const first = max_lr / div_factor;
    const last = first / final_div_factor;
    return between(tick, three_phase ? [first, max_lr, first, last] : [first, max_lr, last]);
  },
  momentum(tick) {
    const { cycle_momentum, base_momentum: low, max_momentum: high, three_phase } = tick.params;
    return cycle_momentum ? between(tick, three_phase ? [high, low, high, high] : [high, low, high]) : null;
  },
  lengthProblem: (length, { pct_start }) =>
    pct_start * length > 1
      ? null
      : `a cycle of ${length} steps is too short: its learning rate must rise for more than one step, pct_start × steps.`,
});

/** The value at a tick between those at the ends of the phases. */
function between({ t, length, params: { pct_start, three_phase, anneal_strategy } }: Tick, values: number[]): number {
  const ends = [pct_start * length - 1, ...(three_phase ? [2 * pct_start * length - 2] : []), length - 1];
  const found = ends.findIndex((end) => t <= end);
  const phase = found < 0 ? ends.length - 1 : found;
  const begin = phase === 0 ? 0 : ends[phase - 1];
  const share = (t - begin) / (ends[phase] - begin);
  const [start, end] = [values[phase], values[phase + 1]];
  if (anneal_strategy === "linear") return (end - start) * share + start;
  return end + (start - end) / 2 * (cosine(Math.PI * share) + 1);
}
