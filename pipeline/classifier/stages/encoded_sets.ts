/** Sets of rows as arrays of a dataset: examples, and labels that are numbers to predict. */
import { FormatError } from "../../../core/errors.ts";
import { type NumberArray, typeOf } from "../../define/format.ts";
import type { ProducedPieces } from "../../engine/stage/kind.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { npyOf } from "../../formats/npy_pieces.ts";
import { eachChanged } from "../../formats/pieces.ts";
import { checkFinite } from "../kinds/finite_numbers.ts";
import { describe } from "./checked_sets.ts";
import type { RowSet } from "./read_sets.ts";

/**
 * Rows `[N, D]` of bytes, or of float32 numbers, converted while they are stored. `change` gets the numbers of a piece, and
 * the index of its first one.
 */
export function encodeFeatures(
  { name, features: { type, shape: [count, ...dimensions], pieces } }: RowSet,
  change: (numbers: Float32Array<ArrayBuffer>, first: number) => Float32Array<ArrayBuffer> = (numbers) => numbers,
): ProducedPieces {
  const shape = [count, dimensions.reduce((product, dimension) => product * dimension)];
  if (type === "u8") return npyOf("u1", shape, pieces() as Iterable<Uint8Array<ArrayBuffer>>);
  const asFloats = (data: NumberArray["data"], first: number) => {
    if (data instanceof Float32Array || data instanceof Float64Array) {
      checkFinite(data, [count, ...dimensions], name, first);
    }
    return change(data instanceof Float32Array ? data as Float32Array<ArrayBuffer> : new Float32Array(data), first);
  };
  return npyOf("f4", shape, eachChanged(pieces(), asFloats));
}

/** The labels as float32 `[N, T]`. @throws FormatError if they are no numbers, or not finite. */
export function encodeNumbers({ labels, labelsName }: RowSet): Uint8Array<ArrayBuffer> {
  if (!("shape" in labels) || labels.shape.length > 2 || labels.shape[1] === 0) {
    const found = "shape" in labels ? describe(labels.shape, typeOf(labels.data)) : "names of classes";
    throw new FormatError(
      `${labelsName}: expected numbers to predict, of shape [N] or [N, T] (tensorize.target), but found ${found}.`,
    );
  }
  const [count, width = 1] = labels.shape;
  const numbers = Float32Array.from(labels.data);
  checkFinite(numbers, [count, width], labelsName);
  return encodeNpy("f4", [count, width], numbers);
}
