/** The images of a run's dataset, for charts. */
import { FormatError } from "../../../core/errors.ts";
import { type Pixels, valuesIn } from "../../charts/marks.ts";
import type { FinishedRun } from "../../define/figure.ts";
import { readNpyRows } from "../../formats/npy_pieces.ts";
import { type PictureForm, pictureForm, readExampleShape } from "./example_shape.ts";

/** The form of a run's examples; null if they are no pictures. */
export function formOf(run: Pick<FinishedRun, "artifact">): PictureForm | null {
  return pictureForm(readExampleShape(run.artifact("example_shape")));
}

/** True if a run's examples are pictures: only then is there a chart of them. */
export function hasPictures(run: Pick<FinishedRun, "artifact">): boolean {
  return formOf(run) !== null;
}

/**
 * Reads the training or test images with these row numbers, of a run that has pictures. `row` returns the values of one,
 * pixel by pixel in rows, from 0 (black) to 255; float32 images, the output of another stage, are stretched to that.
 * @throws FormatError if the images are not of the dataset's shape.
 */
export function imagesOf(run: FinishedRun, role: "train_images" | "test_images", wanted: Iterable<number>) {
  const form = formOf(run)!;
  const { features, rows } = readNpyRows(run.artifact(role), role, [...wanted]);
  if (valuesIn(form) !== features) {
    const expected = readExampleShape(run.artifact("example_shape")).join(", ");
    throw new FormatError(
      `${role}: expected images of shape [${expected}], but found rows of ${features} values. A stage that changes ` +
        "the shape of images outputs example_shape, too.",
    );
  }
  return {
    ...form,
    row(row: number): Pixels {
      const values = rows.get(row)!;
      return byPixel(values instanceof Uint8Array ? values : stretched(values as Float32Array), form);
    },
  };
}

/** The values of an image in the order of charts: pixel by pixel. */
export function byPixel<P extends Pixels>(values: P, { colours, isPlanar }: PictureForm): P {
  if (colours === "grey" || !isPlanar) return values;
  const pixels = values.length / 3;
  return values.map((_, i) => values[i % 3 * pixels + Math.floor(i / 3)]) as P;
}

function stretched(values: Float32Array): Float32Array {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return values.map((value) => (high > low ? (value - low) / (high - low) * 255 : 0));
}
