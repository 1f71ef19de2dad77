/** Digests of weights as PyTorch programs compute them: of the numbers alone, little-endian float32, without a header. */
import { startDigest } from "../engine/store/digest.ts";
import { decodeSafetensors } from "./safetensors.ts";

/** SHA-256 of all tensors together, in the order of torch's state_dict, and of each by its name. */
export interface WeightDigests {
  weights: string;
  tensors: Record<string, string>;
}

/** The digests of a safetensors file. @throws FormatError, with `label`, if it is none. */
export function digestsOfWeights(file: Uint8Array<ArrayBuffer>, label: string): WeightDigests {
  const all = startDigest();
  const tensors = decodeSafetensors(file, label).tensors.map(({ name, data: { buffer, byteOffset, byteLength } }) => {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    all.update(bytes);
    return [name, startDigest().update(bytes).digest("hex")];
  });
  return { weights: all.digest("hex"), tensors: Object.fromEntries(tensors) };
}
