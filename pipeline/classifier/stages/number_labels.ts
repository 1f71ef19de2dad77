/** Labels that are numbers to predict. */
import { FormatError } from "../../../core/errors.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { checkFinite } from "../kinds/finite_numbers.ts";
import { describe } from "./checked_sets.ts";
import type { RowSet } from "./read_sets.ts";

/** The labels as float32 `[N, T]`. @throws FormatError if they are no numbers, or not finite. */
export function encodeNumbers({ labels, labelsName }: RowSet): Uint8Array<ArrayBuffer> {
  if (!("shape" in labels) || labels.shape.length > 2 || labels.shape[1] === 0) {
    const found = "shape" in labels ? describe(labels) : "names of classes";
    throw new FormatError(
      `${labelsName}: expected numbers to predict, of shape [N] or [N, T] (tensorize.target), but found ${found}.`,
    );
  }
  const [count, width = 1] = labels.shape;
  const numbers = Float32Array.from(labels.data);
  checkFinite(numbers, [count, width], labelsName);
  return encodeNpy("f4", [count, width], numbers);
}
