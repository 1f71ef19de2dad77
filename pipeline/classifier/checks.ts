/** The checks of experiments, in order. */
import type { CheckDefinition } from "../define/experiment_check.ts";
import { augmentFits, batchFits, classNamesFit, dataSize, filesFitFormat, splitFits } from "./checks/data_checks.ts";
import { earlyStopping, modelFits, modelSize, scheduleFits } from "./checks/training_checks.ts";
import { ownLayers, ownLoss } from "./checks/own_gradients.ts";

/** All checks. */
export const checks: readonly CheckDefinition[] = [
  filesFitFormat,
  classNamesFit,
  splitFits,
  batchFits,
  augmentFits,
  earlyStopping,
  dataSize,
  modelFits,
  modelSize,
  scheduleFits,
  ownLayers,
  ownLoss,
];
