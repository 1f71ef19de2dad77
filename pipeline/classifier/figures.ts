/** The figures of a classifier, in the order of metrics.json. */
import type { FigureDefinition } from "../define/figure.ts";
import {
  accuracy,
  bestAccuracy,
  bestCorrect,
  bestEpoch,
  correct,
  meanBatchAccuracy,
  total,
} from "./figures/accuracy_figures.ts";
import { classes, confusion } from "./figures/class_figures.ts";
import { lossPerImage, testLoss, trainLoss } from "./figures/loss_figures.ts";
import { classesPredicted, neverPredicted, trainClamped } from "./figures/stall_figures.ts";
import { parameters, trainAccuracy } from "./figures/training_figures.ts";

/** All of them. */
export const figures: readonly FigureDefinition[] = [
  parameters,
  accuracy,
  correct,
  total,
  meanBatchAccuracy,
  testLoss,
  lossPerImage,
  trainLoss,
  trainAccuracy,
  trainClamped,
  classesPredicted,
  neverPredicted,
  bestEpoch,
  bestAccuracy,
  bestCorrect,
  classes,
  confusion,
];
