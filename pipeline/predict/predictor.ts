/** What a trained run predicts for pictures, tables and typed rows. Loaded on demand. */
import { FormatError, ShapeError } from "../../core/errors.ts";
import type { LayerDefinition } from "../../core/layers/layer.ts";
import { targetOf } from "../classifier/kinds/label_target.ts";
import { pictureForm } from "../classifier/kinds/example_shape.ts";
import { targetNames } from "../classifier/kinds/predictions.ts";
import { memoryArtifact } from "../engine/store/memory_artifact.ts";
import { makeClassifier } from "./classifier.ts";
import { SIDE } from "./mnist_form.ts";
import { digitInput, pictureInput } from "./picture_input.ts";
import { writePng } from "./picture_png.ts";
import { type Row, tableInput, typedInput } from "./table_input.ts";
import { readsDigits, type TrainedRun } from "./trained_run.ts";

/** Makes the predictor of a run, which messages call `name`. @throws FormatError if its model is none. */
export function makePredictor(name: string, run: TrainedRun, layers: readonly LayerDefinition[]) {
  const classifier = makeClassifier(run, layers);
  const { shape, takesBytes, classes } = classifier;
  const { columns, targets } = run.names;
  const form = takesBytes ? pictureForm(shape) : null;
  const isDigit = takesBytes && readsDigits(run.experiment, shape);
  const predict = ({ values, place }: Row) => classifier.predict(values, place);

  return {
    /** The names of the classes; empty if they are only numbered. */
    names: run.names.classes,
    /** What the predicted numbers are called; null for classes. */
    targets: targetOf(run.experiment.pipeline.tensorize) === "number" ? targetNames(targets, classes) : null,
    takesPictures: form !== null,
    readsDigits: isDigit,
    /** The probabilities for a picture, the model's input, and the same as far as it can be shown in a terminal. */
    async picture(file: Uint8Array<ArrayBuffer>, path: string) {
      const pixels = await (isDigit ? digitInput(file, path) : pictureInput(file, path, shape));
      const outputs = classifier.predict(pixels, path);
      return { outputs, pixels, seen: form?.colours === "grey" ? { pixels, width: form.size.width } : null };
    },
    /** The pixels of a digit as a PNG. */
    seenPng: (pixels: Uint8Array) => writePng(pixels, SIDE),
    /** The outputs for every row of a table. @throws ShapeError if the run's columns have no names. */
    async table(file: Uint8Array<ArrayBuffer>, path: string): Promise<Float32Array[]> {
      if (/\.(png|jpe?g)$/i.test(path)) {
        throw new FormatError(
          `${path}: expected a table, because ${name} was trained on no pictures, but found a picture.`,
        );
      }
      if (columns.length > 0) return (await tableInput(memoryArtifact(file), path, run)).map(predict);
      throw new ShapeError(
        `The model of ${name} takes ${takesBytes ? "bytes" : "numbers"} of shape [${shape.join(", ")}], which are no ` +
          `pictures, and whose columns have no names. Give the values with --row, or a set of examples to evaluate.`,
      );
    },
    /** The outputs for typed values. @throws FormatError */
    typed: (text: string) => predict(typedInput(text, classifier, columns)),
  };
}
