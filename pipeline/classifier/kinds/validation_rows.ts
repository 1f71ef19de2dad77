/** Whether an experiment has validation rows, as far as its params say. */
import type { KnownOfRun } from "../../define/experiment_check.ts";
import { SPLIT, TENSORIZE } from "./stage_names.ts";

/** What to add to an experiment without any. */
export const ADVICE = 'Draw some, "split": { "validation": 0.1 }.';

/** True for an experiment that has none. */
export function lacksValidationRows({ params, makersOf }: KnownOfRun): boolean {
  const maker = makersOf("validation_labels").at(-1) ?? TENSORIZE;
  return maker === TENSORIZE || (maker === SPLIT && params.split?.validation === undefined);
}
