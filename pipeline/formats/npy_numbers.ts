/** Arrays of NumPy as numbers of a dataset. */
import { FormatError } from "../../core/errors.ts";
import type { NumberArray } from "../define/format.ts";
import type { NpyArray } from "./npy.ts";

/**
 * The numbers of an array in a type that datasets have. Only uint8 stays bytes, which have the values of pixels; bool
 * becomes 0 and 1. `first` is the index of the first one, if they are a piece of the array.
 * @throws FormatError, with `label`, for integers beyond 2^53.
 */
export function numbersOf({ dtype, shape, data }: NpyArray, label: string, first = 0): NumberArray {
  if (dtype === "b1") return { shape, data: Int8Array.from(data as Uint8Array) };
  if (data instanceof Uint16Array) return { shape, data: Int32Array.from(data) };
  if (data instanceof Uint32Array) return { shape, data: integersOf(data.length, (i) => data[i]) };
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return { shape, data };
  const integers = integersOf(data.length, (i) => Number(data[i]));
  const wrong = integers.findIndex((value) => !Number.isSafeInteger(value));
  if (wrong === -1) return { shape, data: integers };
  throw new FormatError(
    `${label}: expected integers of at most 2^53, but found ${data[wrong]} at index ${first + wrong}.`,
  );
}

/** Integers as int32, so that they can be labels; larger ones as float64. */
function integersOf(length: number, at: (i: number) => number): Int32Array | Float64Array {
  const integers = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    integers[i] = at(i);
    if (integers[i] !== at(i)) return Float64Array.from({ length }, (_, i) => at(i));
  }
  return integers;
}
