/** Which pictures a run leaves. Known without loading what draws them. */

/** The pictures of every run. */
const ALWAYS = [
  "loss.png",
  "accuracy.png",
  "clamped.png",
  "confusion.png",
  "calibration.png",
  "samples.png",
  "predictions.png",
  "mistakes.png",
  "weights.png",
  "model.svg",
  "pipeline.svg",
];

/** The curve of ReLU, of models that have one. */
const WITH_RELU = ["activation.png"];

/** Every name that a picture of a run can have. */
export const PICTURE_NAMES: readonly string[] = [...ALWAYS, ...WITH_RELU];

/** The names of the pictures that a run of this model leaves, its layers as they are written. */
export function pictureNames(model: readonly string[]): string[] {
  return hasRelu(model) ? [...ALWAYS, ...WITH_RELU] : ALWAYS;
}

/** True when one of the layers is ReLU. */
export function hasRelu(model: readonly string[]): boolean {
  return model.some((layer) => layer.trim() === "relu");
}
