/** The charts of a classifier. */
import type { ChartDefinition } from "../define/chart.ts";
import { accuracy, clamped, loss } from "./charts/training_curves.ts";
import { activation } from "./charts/activation.ts";
import { augmented, samples } from "./charts/first_batch.ts";
import { calibration } from "./charts/calibration.ts";
import { confusion } from "./charts/confusion.ts";
import { featureMaps } from "./charts/feature_maps.ts";
import { kernels, weights } from "./charts/first_layer.ts";
import { learningRate } from "./charts/learning_rate.ts";
import { mistakes, predictedTrue, predictions } from "./charts/single_predictions.ts";
import { model } from "./charts/model_chart.ts";
import { pipeline } from "./charts/pipeline_chart.ts";

/** All of them, in the order of a run's page. */
export const charts: readonly ChartDefinition[] = [
  ...[loss, accuracy, predictedTrue, learningRate, clamped, confusion, calibration, mistakes, predictions, samples],
  ...[augmented],
  ...[weights, kernels, featureMaps, activation, model, pipeline],
];
