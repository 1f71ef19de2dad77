/** The checks of experiments, in order. */
import type { CheckDefinition } from "../define/experiment_check.ts";
import { modelFits } from "./checks/model_fits.ts";
import { modelSize } from "./checks/model_size.ts";

/** All checks. */
export const checks: readonly CheckDefinition[] = [modelFits, modelSize];
