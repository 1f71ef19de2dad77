/** Digests of weights as PyTorch programs compute them: of the numbers alone, little-endian float32, without a header. */
import { digestOfBytes, startDigest } from "../engine/store/digest.ts";
import { decodeSafetensors, type NamedTensor } from "./safetensors.ts";

/** SHA-256 of all parameters in a file together, in the order of net.parameters(). @throws FormatError, with `label`. */
export function digestOfWeights(file: Uint8Array<ArrayBuffer>, label: string): string {
  const all = startDigest();
  for (const { data } of parametersIn(file, label)) all.update(bytesOf(data));
  return all.digest("hex");
}

/** The tensors that training changes by their gradients: all but those that the file calls buffers. */
export function parametersIn(file: Uint8Array<ArrayBuffer>, label: string): NamedTensor[] {
  const { tensors, metadata: { buffers = "" } } = decodeSafetensors(file, label);
  const names = buffers.split(",");
  return tensors.filter(({ name }) => !names.includes(name));
}

/** SHA-256 of each tensor by its name. @throws FormatError, with `label`, if it is no safetensors file. */
export function digestsOfTensors(file: Uint8Array<ArrayBuffer>, label: string): Record<string, string> {
  const { tensors } = decodeSafetensors(file, label);
  return Object.fromEntries(tensors.map(({ name, data }) => [name, digestOfBytes(bytesOf(data))]));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
