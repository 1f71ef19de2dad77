/** Reading an array that must be of one type and shape, as the one who goes on with it needs it. */
import { FormatError } from "../../core/errors.ts";
import { decodeNpy, type NpyArrays, type NpyDtype } from "./npy.ts";

/**
 * Reads an .npy file of a known type and shape; null stands for a dimension of any size.
 * @throws FormatError as decodeNpy, and when it is another array; `label` names it.
 */
export function decodeNpyOf<D extends NpyDtype>(
  bytes: Uint8Array,
  label: string,
  dtype: D,
  shape: readonly (number | null)[],
): { shape: number[]; data: NpyArrays[D] } {
  const found = decodeNpy(bytes, label);
  const fits = found.dtype === dtype && found.shape.length === shape.length &&
    shape.every((size, i) => size === null || size === found.shape[i]);
  if (fits) return { shape: found.shape, data: found.data as NpyArrays[D] };
  const sizes = shape.map((size) => size ?? "any").join(", ");
  throw new FormatError(
    `${label}: expected ${dtype} [${sizes}], found ${found.dtype} [${found.shape.join(", ")}]. ` +
      "It is not from this run's stages: delete the cache, and run again.",
  );
}
