/** Digests of weights as PyTorch programs compute them: of the numbers alone, little-endian float32, without a header. */
import { digestOfBytes, startDigest } from "../engine/store/digest.ts";
import { decodeSafetensors } from "./safetensors.ts";

/** SHA-256 of all tensors of a file together, in the order of torch's state_dict. @throws FormatError, with `label`. */
export function digestOfWeights(file: Uint8Array<ArrayBuffer>, label: string): string {
  const all = startDigest();
  for (const [, bytes] of tensorsIn(file, label)) all.update(bytes);
  return all.digest("hex");
}

/** SHA-256 of each tensor by its name. @throws FormatError, with `label`, if it is no safetensors file. */
export function digestsOfTensors(file: Uint8Array<ArrayBuffer>, label: string): Record<string, string> {
  return Object.fromEntries(tensorsIn(file, label).map(([name, bytes]) => [name, digestOfBytes(bytes)]));
}

function tensorsIn(file: Uint8Array<ArrayBuffer>, label: string): [name: string, bytes: Uint8Array][] {
  return decodeSafetensors(file, label).tensors.map(({ name, data: { buffer, byteOffset, byteLength } }) => {
    return [name, new Uint8Array(buffer, byteOffset, byteLength)];
  });
}
