/** The charts of a classifier. */
import type { ChartDefinition } from "../define/chart.ts";
import { accuracy, clamped, loss } from "./charts/epoch_charts.ts";
import { activation } from "./charts/activation.ts";
import { calibration } from "./charts/calibration.ts";
import { confusion } from "./charts/confusion.ts";
import { mistakes, predictions, samples } from "./charts/image_charts.ts";
import { model } from "./charts/model_chart.ts";
import { pipeline } from "./charts/pipeline_chart.ts";
import { weights } from "./charts/weights.ts";

/** All of them, in the order of a run's page. */
export const charts: readonly ChartDefinition[] = [
  ...[loss, accuracy, clamped, confusion, calibration, mistakes, predictions, samples],
  ...[weights, activation, model, pipeline],
];
