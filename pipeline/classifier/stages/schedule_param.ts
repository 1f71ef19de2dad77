/** The param "schedule": how the learning rate changes, by one schedule or by several that take over from each other. */
import { z } from "zod";
import type { ScheduleParams } from "../../../core/schedules/rates.ts";
import type { ScheduleDefinition } from "../../../core/schedules/schedule.ts";
import { type Library, named } from "../../define/library.ts";
import { type Schedule, schedulesOf } from "../kinds/chosen_schedule.ts";

/** The params that decide whether a schedule can be used. */
interface Trained {
  schedule?: Schedule;
  optimizer: Record<string, unknown>;
}

/** What is wrong with a schedule, and where. */
interface ScheduleProblem {
  path: PropertyKey[];
  message: string;
}

/** The schema. */
export function scheduleParam(schedules: Library["schedules"]): z.ZodType<Schedule> {
  const one = z.discriminatedUnion("name", schedules.map(fieldsOf) as never) as unknown as z.ZodType<ScheduleParams>;
  return z.union([one, z.array(one).min(1)]).describe(
    'How the learning rate changes. Default: not at all. Of a list, each takes over where the one before has its "until".',
  );
}

function fieldsOf({ name, about, params, per, length }: ScheduleDefinition) {
  const tick = per === undefined ? z.enum(["epoch", "step"]).default("epoch") : z.literal(per).default(per);
  const epochs = z.int().nonnegative().optional().describe(
    `The epochs of the training that it ends with, without ${length}. Default: train.epochs.`,
  );
  return z.strictObject({
    name: z.literal(name).describe(about),
    ...params,
    per: tick.describe("What a tick is: the rate changes after every one."),
    until: z.int().positive().optional().describe("In a list: the tick at which the next schedule takes over."),
    ...(length === undefined ? {} : { epochs }),
  });
}

/**
 * The param with the training's epochs in every schedule that lasts until its end: they are then part of the keys of the
 * epochs, which those of other schedules are not.
 */
export function withEpochs(schedule: Schedule, epochs: number, { schedules }: Pick<Library, "schedules">): Schedule {
  const complete = (one: ScheduleParams): ScheduleParams => {
    const { length } = named(schedules, one.name);
    return length === undefined || one[length] !== undefined ? one : { ...one, epochs: one.epochs ?? epochs };
  };
  return Array.isArray(schedule) ? schedule.map(complete) : complete(schedule);
}

/** What is wrong with the schedules for this optimizer, and with their order; null if nothing. */
export function scheduleProblem({ schedule, optimizer }: Trained, library: Library): ScheduleProblem | null {
  const chosen = schedulesOf(schedule, library);
  const at = (i: number, field: string, message: string) => ({
    path: ["schedule", ...(Array.isArray(schedule) ? [i] : []), field],
    message,
  });
  for (const [i, { definition, params }] of chosen.entries()) {
    const [isLast, before] = [i === chosen.length - 1, chosen[i - 1]?.params.until ?? 0];
    if (isLast && params.until !== undefined) return at(i, "until", "no schedule takes over from the last one");
    if (!isLast && params.until === undefined) {
      return at(i, "until", "expected the tick at which the next one takes over");
    }
    if (params.until !== undefined && params.until <= before) return at(i, "until", `expected more than ${before}`);
    if (params.per !== chosen[0].params.per) {
      const [first, own] = [chosen[0].params.per, params.per];
      return at(i, "per", `the schedules of a list need the same "per": the first has "${first}", this one "${own}".`);
    }
    if (chosen.length > 1 && definition.per !== undefined) {
      return at(i, "name", "this schedule has a warm-up of its own, and stands alone");
    }
    if (params.cycle_momentum === true && !("momentum" in optimizer || "betas" in optimizer)) {
      const message = `the optimizer "${optimizer.name}" has no momentum to cycle: write "cycle_momentum": false.`;
      return at(i, "cycle_momentum", message);
    }
  }
  return null;
}
