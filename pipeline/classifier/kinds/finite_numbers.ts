/** Checks that the numbers of a dataset are finite, where they enter: later, only a loss that is NaN would show it. */
import { FormatError } from "../../../core/errors.ts";
import { LARGEST_NUMBER } from "../../define/format.ts";

/**
 * Checks that numbers `[N, …]`, or the piece of them that begins with number `first`, are finite as float32.
 * @throws FormatError, with `label`, that states the first one that is not.
 */
export function checkFinite(
  values: Float32Array | Float64Array,
  shape: readonly number[],
  label: string,
  first = 0,
): void {
  const i = indexOfInfinite(values);
  if (i === -1) return;
  const found = Number.isFinite(values[i]) ? `${values[i]}, which is beyond float32 (±3.4e38),` : String(values[i]);
  throw new FormatError(
    `${label}: expected finite numbers, but found ${found} at ${placeOf(first + i, shape)}. Correct the dataset.`,
  );
}

/** The index of the first number that is not finite as float32; -1 if all are. */
export function indexOfInfinite(values: Float32Array | Float64Array): number {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(Math.fround(values[i])) <= LARGEST_NUMBER)) return i;
  return -1;
}

/** The place of the i-th number of an array `[N, …]`: "row 2 of 60, position [5, 0]". All are counted from 0. */
export function placeOf(i: number, [count, ...dimensions]: readonly number[]): string {
  const position: number[] = [];
  let rest = i;
  for (const dimension of dimensions.toReversed()) {
    position.unshift(rest % dimension);
    rest = Math.floor(rest / dimension);
  }
  return `row ${rest} of ${count}, position [${position.join(", ")}] (counted from 0)`;
}
