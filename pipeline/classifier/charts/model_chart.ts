import { Recording, type RecordingDescription } from "../../../core/autograd/recording.ts";
import { modelSizes, parseModel } from "../../../core/layers/model_layers.ts";
import { forward, makeModel } from "../../../core/model/model.ts";
import { labelsFor } from "../../../core/losses/batch_labels.ts";
import { recordLoss } from "../../../core/losses/loss.ts";
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { openScope, tensor } from "../../../core/tensor/tensor.ts";
import { defineChart } from "../../define/chart.ts";
import { type Library, named } from "../../define/library.ts";
import { decodeJson } from "../../formats/json.ts";
import { paramsOf, type RunParams } from "../kinds/run_params.ts";
import { modelDrawing } from "./model_drawing.ts";

/** The computation graph of a training step. */
export const model = defineChart({
  name: "model",
  picture: "svg",
  title: "The computation graph of a training step",
  about: "A training step as recorded on the autograd tape.",
  source: import.meta.url,
  from: ["checkpoint", "batches"],
  draw(run) {
    const training = paramsOf(run.experiment);
    const { size, rows } = decodeJson<{ size: number; rows: number }>(run.artifact("batches").bytes());
    const batch = Math.min(size, rows);
    const drawing = modelDrawing(recordStep(training, run.library, batch));
    // What is computed forward is the same without the tape.
    const byHand = training.gradient === "manual"
      ? " This run uses manual gradient formulas instead of the backward pass."
      : "";
    return { ...drawing, note: `${drawing.note} Batches of ${batch} rows.${byHand}` };
  },
});

/** Records a step of a model on a batch of `rows` images, without computing it. */
export function recordStep(
  { model, loss }: Pick<RunParams, "model" | "loss">,
  library: Library,
  rows: number,
): RecordingDescription {
  using _memory = openScope();
  const recording = new Recording();
  const layers = parseModel(model, library.layers);
  const { inFeatures, classes } = modelSizes(layers);
  const output = forward(makeModel(layers), recording, recording.input(tensor([rows, inFeatures])), "train");
  const definition = named(library.losses, loss.name);
  const labels = labelsFor(definition, wasmBackend, rows, classes);
  recordLoss({ definition, params: loss }, recording, output, labels);
  return recording.describe();
}
