/** The trained model that a run's page carries, so that it can classify what is drawn on it. */
import { FormatError } from "../../core/errors.ts";
import { scoped } from "../../core/tensor/tensor.ts";
import type { FinishedRun } from "../define/finished_run.ts";
import { decodeNpy } from "../formats/npy.ts";
import type { CarriedModel } from "../pages/model_panels.ts";
import { makeClassifier } from "../predict/classifier.ts";
import { SIDE } from "../predict/mnist_form.ts";
import { countText } from "../text/numbers.ts";

/** Letters of base64 that a model may take, so that a page stays below 1.5 MB. */
const MOST_LETTERS = 800_000;

const NOT_DRAWABLE = `The model does not take images of ${SIDE} × ${SIDE} bytes, so there is nothing to draw for it.`;

/** The model of a run, where a page can carry it and digits can be drawn for it. */
export function carriedModel(run: FinishedRun): CarriedModel {
  if (!run.has("checkpoint") || !run.has("table")) return { missing: NOT_DRAWABLE };
  const weights = run.artifact("checkpoint").bytes();
  const table = decodeNpy(run.artifact("table").bytes(), "table").data as Float32Array;
  const sizes = sizesOf(weights, table, run);
  if (sizes === null || sizes.features !== SIDE * SIDE) return { missing: NOT_DRAWABLE };
  if (weights.length * 4 / 3 > MOST_LETTERS) {
    return {
      missing: `The model has ${countText(weights.length)} bytes, too many for a page. Use the command line instead: ` +
        `deno task predict ${run.name} PICTURE.png`,
    };
  }
  const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
  return { weights: weights.toBase64(), table: bytes.toBase64(), classes: sizes.classes };
}

/** What the model takes and puts out; null for a model that does not take bytes. */
function sizesOf(weights: Uint8Array<ArrayBuffer>, table: Float32Array, { library }: FinishedRun) {
  try {
    return scoped(() => {
      const { features, classes } = makeClassifier({ weights, table }, library.layers);
      return { features, classes };
    });
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
