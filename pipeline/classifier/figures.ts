/** The figures of a classifier. */
import type { FigureDefinition } from "../define/figure.ts";
import { accuracyFigures } from "./figures/accuracy_figures.ts";
import { bestFigures } from "./figures/best_figures.ts";
import { classFigures } from "./figures/class_figures.ts";
import { classNames } from "./figures/class_names.ts";
import { lossFigures } from "./figures/loss_figures.ts";
import { regressionFigures } from "./figures/regression_figures.ts";
import { stallFigures } from "./figures/stall_figures.ts";
import { parameters, stepFigures, trainAccuracy } from "./figures/training_figures.ts";

/** All of them, in the order of metrics.json. */
export const figures: readonly FigureDefinition[] = [
  parameters,
  ...accuracyFigures,
  ...regressionFigures,
  ...lossFigures,
  trainAccuracy,
  ...stepFigures,
  ...stallFigures,
  ...bestFigures,
  classNames,
  ...classFigures,
];
