/** The charts of a classifier. */
import type { ChartDefinition } from "../define/chart.ts";
import { accuracy } from "./charts/accuracy.ts";
import { activation } from "./charts/activation.ts";
import { augmented } from "./charts/augmented.ts";
import { calibration } from "./charts/calibration.ts";
import { clamped } from "./charts/clamped.ts";
import { confusion } from "./charts/confusion.ts";
import { featureMaps } from "./charts/feature_maps.ts";
import { kernels } from "./charts/kernels_chart.ts";
import { learningRate } from "./charts/learning_rate.ts";
import { loss } from "./charts/loss_chart.ts";
import { mistakes } from "./charts/mistakes.ts";
import { model } from "./charts/model_chart.ts";
import { pipeline } from "./charts/pipeline_chart.ts";
import { predictedTrue } from "./charts/predicted_true.ts";
import { predictions } from "./charts/predictions_chart.ts";
import { samples } from "./charts/samples.ts";
import { weights } from "./charts/weights.ts";

/** All of them, in the order of a run's page. */
export const charts: readonly ChartDefinition[] = [
  ...[loss, accuracy, predictedTrue, learningRate, clamped, confusion, calibration, mistakes, predictions, samples],
  augmented,
  ...[weights, kernels, featureMaps, activation, model, pipeline],
];
