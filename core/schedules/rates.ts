/** The learning rates of a training, step by step, from the schedules that an experiment chooses. */
import type { ScheduleDefinition } from "./schedule.ts";

/** The params of a schedule in an experiment. */
export interface ScheduleParams extends Record<string, unknown> {
  readonly name: string;
  /** What a tick is. */
  readonly per: "epoch" | "step";
  /** The tick, counted from the beginning of the training, at which the next schedule takes over. */
  readonly until?: number;
  /** The epochs of the training, if it lasts until its end. */
  readonly epochs?: number;
}

/** A schedule with its params. */
export interface ChosenSchedule {
  readonly definition: ScheduleDefinition;
  readonly params: ScheduleParams;
}

/** What a step of an optimizer is to use; without a momentum, its own. */
export interface Rate {
  readonly lr: number;
  readonly momentum: number | null;
}

/** The ticks of each schedule: its first one, and how many it lasts; Infinity for one without a length. */
export function spansOf(schedules: readonly ChosenSchedule[], stepsPerEpoch: number) {
  return schedules.map(({ definition, params }, i) => {
    const begin = schedules[i - 1]?.params.until ?? 0;
    const ticks = (params.epochs ?? Infinity) * (params.per === "step" ? stepsPerEpoch : 1);
    const given = definition.length === undefined ? undefined : params[definition.length] as number | undefined;
    return { begin, length: given ?? ticks - begin };
  });
}

/**
 * The rate of every step, from 0, as schedulers of torch compute it from that of the tick before. Asking for steps in
 * order costs least.
 * @param base The optimizer's own learning rate.
 */
export function makeRates(
  schedules: readonly ChosenSchedule[],
  base: number,
  stepsPerEpoch: number,
): (step: number) => Rate {
  const spans = spansOf(schedules, stepsPerEpoch);
  const perTick = schedules[0].params.per === "step" ? 1 : stepsPerEpoch;
  let last = -1;
  let rate: Rate = { lr: base, momentum: null };
  return (step) => {
    const wanted = Math.floor(step / perTick);
    if (wanted < last) last = -1;
    while (last < wanted) {
      last++;
      const at = spans.findLastIndex(({ begin }) => begin <= last);
      const { begin, length } = spans[at];
      const { definition, params } = schedules[at];
      const tick = { t: last - begin, base, lr: last === begin ? base : rate.lr, length, follows: at > 0, params };
      rate = { lr: definition.lr(tick), momentum: definition.momentum?.(tick) ?? null };
    }
    return rate;
  };
}

/** The params of an optimizer at a rate: a momentum is that of its params, or the first of its betas, as in torch. */
export function atRate<P extends Record<string, unknown>>(params: P, { lr, momentum }: Rate): P {
  if (momentum === null) return { ...params, lr };
  const { betas } = params as { betas?: readonly [number, number] };
  return betas === undefined ? { ...params, lr, momentum } : { ...params, lr, betas: [momentum, betas[1]] };
}
