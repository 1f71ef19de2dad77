/**
 * The charts of a run: pure functions from plain data to the bytes of a PNG, the same bytes for the same data. Loading
 * this file loads the drawing libraries, so load it (`await import`) only when a chart must be drawn.
 */
export { accuracyChart, type AccuracyHistory } from "./accuracy_chart.ts";
export { type Activation, activationChart } from "./activation_chart.ts";
export { calibrationChart, type Reliability } from "./calibration_chart.ts";
export { clampedChart, type ClampedHistory } from "./clamped_chart.ts";
export { type Confusion, confusionChart } from "./confusion_chart.ts";
export { lossChart, type LossHistory } from "./loss_chart.ts";
export { type Overlay, overlayChart, type OverlayCurve } from "./overlay_chart.ts";
export { type Mistakes, mistakesChart } from "./mistakes_chart.ts";
export { type Prediction, type Predictions, predictionsChart } from "./predictions_chart.ts";
export { type Samples, samplesChart } from "./samples_chart.ts";
export { type Weights, weightsChart } from "./weights_chart.ts";
