/** The trained model that a run's page contains, so that it can classify what is drawn on it. */
import { FormatError } from "../../core/errors.ts";
import { scoped } from "../../core/tensor/tensor.ts";
import { finalValue, type FinishedRun } from "../define/figure.ts";
import { decodeJson } from "../formats/json.ts";
import { decodeNpy } from "../formats/npy.ts";
import type { CarriedModel } from "../pages/report_page.ts";
import { makeClassifier } from "../predict/classifier.ts";
import { isMnistShape, SIDE } from "../predict/mnist_form.ts";
import { readsDigits } from "../predict/trained_run.ts";
import { countText } from "../text/numbers.ts";

/** Base64 characters of the largest model in a page: the page stays below 1.5 MB. */
const MAX_CHARACTERS = 800_000;

/** The model of a run, or why its page has none; null if the run trains no model. */
export function carriedModel(run: FinishedRun): CarriedModel | null {
  if (!run.has("checkpoint")) return null;
  const model = modelOf(run);
  if (model === null || !isMnistShape(model.shape)) {
    return {
      missing: `A page can classify images of ${SIDE} × ${SIDE} bytes only. To evaluate this model on other data: ` +
        `deno task evaluate ${run.name} --data PATH`,
    };
  }
  const { weights, table, shape, classes } = model;
  const isDrawn = readsDigits(run.experiment, shape);
  if (weights.length * 4 / 3 > MAX_CHARACTERS) {
    return {
      isDrawn,
      missing: `The model has ${countText(weights.length)} bytes, too many for a page. Use the command line instead: ` +
        `deno task predict ${run.name} PICTURE.png`,
    };
  }
  const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
  const names = (finalValue(run.figures, "class_names") ?? []) as string[];
  return { weights: weights.toBase64(), table: bytes.toBase64(), shape, classes, names, isDrawn };
}

/** A run's model with its sizes; null if it does not take bytes. */
function modelOf(run: FinishedRun) {
  if (!["checkpoint", "table", "example_shape"].every((name) => run.has(name))) return null;
  const weights = run.artifact("checkpoint").bytes();
  const table = decodeNpy(run.artifact("table").bytes(), "table").data as Float32Array;
  const given = decodeJson(run.artifact("example_shape").bytes(), "example_shape");
  try {
    const { shape, classes, takesBytes } = scoped(() =>
      makeClassifier({ weights, table, shape: given }, run.library.layers)
    );
    return takesBytes ? { weights, table, shape, classes } : null;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
