/** The contract of learning rate schedules. One file defines a schedule. */
import type { output, ZodObject, ZodRawShape } from "zod";
import { declared, type Written } from "../declared.ts";

/** Where a schedule is. A tick is an epoch or a step, as the experiment chooses. */
export interface ScheduleTick<P> {
  /** Ticks since the schedule began: 0, 1, 2, …. */
  readonly t: number;
  /** The optimizer's own learning rate. */
  readonly base: number;
  /** The learning rate of the tick before; `base` for t = 0. */
  readonly lr: number;
  /** How many ticks it lasts, if it has a `length`. */
  readonly length: number;
  /** Whether it takes over from another schedule. */
  readonly follows: boolean;
  readonly params: P;
}

/** The definition of a schedule: float64 in, float64 out, as torch.optim.lr_scheduler computes. */
export interface ScheduleDefinition<P = Record<string, unknown>> {
  /** Its name in experiments: "cosine". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment, in addition to "name", "per", "until" and, with a length, "epochs". */
  readonly params: ZodRawShape;
  /** The optional field with the number of ticks that it lasts. Left out, it lasts until the training ends. */
  readonly length?: string;
  /** Set if it counts steps in any case. */
  readonly per?: "step";
  /** The learning rate at a tick. It is asked for every tick, in order. */
  lr(tick: ScheduleTick<P>): number;
  /** The optimizer's momentum, or first beta, at a tick; null leaves it as it is. */
  momentum?(tick: ScheduleTick<P>): number | null;
  /** Why it cannot last that many ticks; null if it can. */
  lengthProblem?(length: number, params: P): string | null;
}

/** Declares a schedule. */
export function defineSchedule<S extends ZodRawShape>(
  schedule: Written<ScheduleDefinition<output<ZodObject<S>>>> & { readonly params: S },
): ScheduleDefinition {
  return declared("schedules", schedule);
}
