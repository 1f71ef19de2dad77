/** Normalized numbers: shared by the stage that normalizes a dataset, and by what gives a trained model new examples. */
import { FormatError } from "../../../core/errors.ts";
import { indexOfInfinite } from "./finite_numbers.ts";

/** The mean and the standard deviation of numbers, float64. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
}

/**
 * (x − mean) / std, each operation rounded to float32, like torchvision.transforms.Normalize.
 * @throws FormatError if a number becomes infinite; `nameOf` names it, or throws if it was already.
 */
export function normalized(
  values: Float32Array,
  moments: Moments,
  nameOf: (i: number) => string,
): Float32Array<ArrayBuffer> {
  const [mean, std] = [Math.fround(moments.mean), Math.fround(moments.std)];
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = Math.fround(values[i] - mean) / std;
  const wrong = indexOfInfinite(out);
  if (wrong === -1) return out;
  throw new FormatError(
    `${nameOf(wrong)}, ${values[wrong]}, becomes ${out[wrong]} with mean ${moments.mean} and std ${moments.std}. ` +
      "Set others, or correct the dataset.",
  );
}
