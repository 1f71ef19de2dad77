import { FormatError } from "../../../core/errors.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { knownData } from "../kinds/known_data.ts";
import { paramsOf } from "../kinds/run_params.ts";
import { lengthProblem, type Schedule } from "../kinds/chosen_schedule.ts";

/** Whether the training has as many steps as its schedules need, and no more. */
export const scheduleFits = defineCheck({
  name: "schedule-fits",
  about: "The schedules of the learning rate last as long as the training.",
  source: import.meta.url,
  path: ["pipeline", "train", "schedule"],
  check(known) {
    const { train, batch } = known.params;
    if (train?.schedule === undefined || batch === undefined) return;
    const { schedule, epochs } = train as { schedule: Schedule; epochs: number };
    const rows = (batch.rows as number | undefined) ?? knownData(known).trainRows;
    if (rows === null && [schedule].flat()[0].per === "step") return;
    const batches = Math.ceil((rows ?? 1) / paramsOf({ pipeline: known.params }).batchSize);
    const problem = lengthProblem({ schedule, epochs }, batches, known.library);
    if (problem !== null) throw new FormatError(problem);
  },
});
