/** Whether an experiment has validation rows, as far as that is known before it is run. */
import type { KnownOfRun } from "../../define/experiment_check.ts";
import { knownData } from "./known_data.ts";
import { SPLIT, TENSORIZE } from "./stage_names.ts";

/** What to add to an experiment without any. */
export const ADVICE = 'Draw some, "split": { "validation": 0.1 }.';

/** True for an experiment that has none. */
export function lacksValidationRows(known: KnownOfRun): boolean {
  const { params, makersOf } = known;
  const maker = makersOf("validation_labels").at(-1) ?? TENSORIZE;
  const isWithout = maker === TENSORIZE || (maker === SPLIT && params.split?.validation === undefined);
  return isWithout || knownData(known).validationRows === 0;
}
