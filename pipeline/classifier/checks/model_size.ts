import { ShapeError } from "../../../core/errors.ts";
import { parseModel } from "../../../core/layers/bound_layer.ts";
import { modelSizes, parameterCount } from "../../../core/layers/model_shapes.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { named } from "../../define/library.ts";
import { countText } from "../../text/numbers.ts";
import { gibibytes, MAX_MEMORY } from "../kinds/kernel_memory.ts";
import { knownData } from "../kinds/known_data.ts";
import { paramsOf } from "../kinds/run_params.ts";

/** An evaluation lists the classes; with these it has 6 MB, of the 16 that are read. */
const MAX_CLASSES = 1 << 16;
/** predictions.csv has all probabilities, and must be shorter than the longest string, 2^29 characters. */
const MAX_PROBABILITIES = 25_000_000;

/** Whether training has enough memory, and what it yields can be stored. */
export const modelSize = defineCheck({
  name: "model-size",
  about: "Training fits into memory, and the predictions into their file.",
  source: import.meta.url,
  path: ["pipeline", "train", "model"],
  check(known) {
    const { params: pipeline, library } = known;
    if (pipeline.train === undefined || pipeline.batch === undefined) return;
    const { model, batchSize } = paramsOf({ pipeline });
    const layers = parseModel(model, library.layers);
    const { inFeatures, classes } = modelSizes(layers);
    const { trainRows, testRows } = knownData(known);

    const optimizer = pipeline.train.optimizer as Record<string, unknown> & { name: string };
    const states = named(library.optimizers, optimizer.name).state(optimizer).length;
    const parameters = parameterCount(layers);
    // A lower bound: hidden layers, the images and the gradients of a batch come in addition.
    const rows = trainRows === null ? 1 : Math.min(batchSize, trainRows);
    const bytes = 4 * (parameters * (2 + states) + rows * (inFeatures + classes));
    if (bytes > MAX_MEMORY) {
      throw new ShapeError(
        `Training needs at least ${gibibytes(bytes)} for ${
          countText(parameters)
        } parameters with their gradients and ` +
          `batches of ${countText(rows)} rows, but there are ${gibibytes(MAX_MEMORY)}. Make the layers narrower, or ` +
          "batch.size smaller.",
      );
    }
    if (classes > MAX_CLASSES) {
      throw new ShapeError(
        `The model has ${countText(classes)} classes, but at most ${countText(MAX_CLASSES)} are stored.`,
      );
    }
    if (testRows !== null && testRows * classes > MAX_PROBABILITIES) {
      throw new ShapeError(
        `The predictions would be ${countText(testRows)} test examples x ${countText(classes)} classes = ` +
          `${countText(testRows * classes)} probabilities, but at most ${countText(MAX_PROBABILITIES)} are stored. ` +
          "Make the last linear layer narrower; labels are at most 255.",
      );
    }
  },
});
