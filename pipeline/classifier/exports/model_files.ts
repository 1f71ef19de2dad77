/** The trained model, for other programs and for `predict`. */
import { defineExport } from "../../define/export.ts";

/** weights.safetensors: the last checkpoint. */
export const weights = defineExport({
  name: "weights.safetensors",
  about: "The model's parameters after the last epoch.",
  source: import.meta.url,
  from: "checkpoint",
  write: (run) => run.artifact("checkpoint").bytes(),
});

/** normalize.npy: what turns a byte of an image into the number that the model is given. */
export const normalization = defineExport({
  name: "normalize.npy",
  about: "The number that the model is given for each value of a byte; empty where images are not bytes.",
  source: import.meta.url,
  from: "table",
  write: (run) => run.artifact("table").bytes(),
});
