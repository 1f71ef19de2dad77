/** Whether an experiment has validation rows, as far as its params say. */
import type { KnownOfRun } from "../../define/experiment_check.ts";
import { SPLIT, TENSORIZE } from "./stage_names.ts";

/** Why an experiment without any is refused, and what to add to it. */
export const ADVICE =
  'the test set must not choose. Draw validation rows: add "split": { "validation": 0.1 } to its pipeline.';

/** True for an experiment that has none. */
export function lacksValidationRows({ params, makersOf }: KnownOfRun): boolean {
  const maker = makersOf("validation_labels").at(-1) ?? TENSORIZE;
  return maker === TENSORIZE || (maker === SPLIT && params.split?.validation === undefined);
}
