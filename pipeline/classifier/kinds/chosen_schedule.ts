/** The schedules of the learning rate that an experiment chooses. */
import { type ChosenSchedule, type ScheduleParams, spansOf } from "../../../core/schedules/rates.ts";
import { type Library, named } from "../../define/library.ts";

/** The param: one schedule, or several that take over from each other. */
export type Schedule = ScheduleParams | ScheduleParams[];

/** The definitions and params of the schedules; none for a constant rate. */
export function schedulesOf(
  schedule: Schedule | undefined,
  { schedules }: Pick<Library, "schedules">,
): ChosenSchedule[] {
  return [schedule ?? []].flat().map((params) => ({ definition: named(schedules, params.name), params }));
}

/** Why the schedules do not fit a training with so many steps in an epoch; null if they do. */
export function lengthProblem(
  { schedule, epochs }: { schedule?: Schedule; epochs: number },
  stepsPerEpoch: number,
  library: Pick<Library, "schedules">,
): string | null {
  const chosen = schedulesOf(schedule, library);
  const spans = spansOf(chosen, stepsPerEpoch);
  for (const [i, { definition, params }] of chosen.entries()) {
    const { begin, length } = spans[i];
    if (definition.length === undefined || epochs === 0) continue;
    if (length < 1) {
      return `"${params.name}" begins after ${begin} ${params.per}s, but the training has ${begin + length}.`;
    }
    const steps = epochs * stepsPerEpoch;
    if (definition.per === "step" && length < steps) {
      return `"${params.name}" has ${length} steps, but the training ${steps}: leave out ${definition.length}.`;
    }
    const problem = definition.lengthProblem?.(length, params) ?? null;
    if (problem !== null) return problem;
  }
  return null;
}
