/** Normalized numbers: shared by the stage that normalizes a dataset, and by what gives a trained model new examples. */
import { FormatError } from "../../../core/errors.ts";
import { indexOfInfinite } from "./finite_numbers.ts";

/** The mean and the standard deviation of numbers, float64: of all of them, or a list of those of each column. */
export interface Moments {
  readonly mean: number | number[];
  readonly std: number | number[];
}

/** One of them as an array of float32: of shape `[]`, or `[columns]`. */
export function momentArray(moment: Moments["mean"]): { shape: number[]; data: Float32Array<ArrayBuffer> } {
  return { shape: typeof moment === "number" ? [] : [moment.length], data: Float32Array.from([moment].flat()) };
}

/**
 * (x − mean) / std, each operation rounded to float32, like torchvision.transforms.Normalize.
 * The numbers are the rows of a matrix, one after the other; the first one has the index `first` among all of them.
 * @throws FormatError if a number becomes infinite; `nameOf` names it, or throws if it was already.
 */
export function normalized(
  values: Float32Array,
  moments: Moments,
  nameOf: (i: number) => string,
  first = 0,
): Float32Array<ArrayBuffer> {
  const [{ data: mean }, { data: std }] = [momentArray(moments.mean), momentArray(moments.std)];
  const columns = mean.length;
  const out = new Float32Array(values.length);
  for (let i = 0, column = first % columns; i < values.length; i++) {
    out[i] = Math.fround(values[i] - mean[column]) / std[column];
    if (++column === columns) column = 0;
  }
  const wrong = indexOfInfinite(out);
  if (wrong === -1) return out;
  const [usedMean, usedStd] = [moments.mean, moments.std].map((moment) => [moment].flat()[(first + wrong) % columns]);
  throw new FormatError(
    `${nameOf(wrong)}, ${values[wrong]}, becomes ${out[wrong]} with mean ${usedMean} and std ${usedStd}. ` +
      "Set others, or correct the dataset.",
  );
}
