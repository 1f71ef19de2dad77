/** The checks of experiments, in order. */
import type { CheckDefinition } from "../define/experiment_check.ts";
import { augmentFits } from "./checks/augment_fits.ts";
import { batchFits } from "./checks/batch_fits.ts";
import { classNamesFit } from "./checks/class_names_fit.ts";
import { dataSize } from "./checks/data_size.ts";
import { filesFitFormat } from "./checks/dataset_files.ts";
import { modelFits } from "./checks/model_fits.ts";
import { modelSize } from "./checks/model_size.ts";
import { ownLayers, ownLoss } from "./checks/own_gradients.ts";
import { earlyStopping } from "./checks/rows_to_stop_by.ts";
import { scheduleFits } from "./checks/schedule_fits.ts";
import { splitFits } from "./checks/split_fits.ts";

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
