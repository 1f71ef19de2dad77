/**
 * The safetensors format for weights: a length, a JSON header, and the numbers. PyTorch reads it with
 * `safetensors.torch.load_file` and `load_state_dict`.
 */
import { FormatError } from "../../core/errors.ts";

/** One float32 tensor of a file. */
export interface NamedTensor {
  name: string;
  shape: readonly number[];
  /** Row-major. */
  data: Float32Array;
}

/** What a file holds: tensors in order, and words about them. */
export interface SafetensorsFile {
  tensors: NamedTensor[];
  metadata: Record<string, string>;
}

const LENGTH_BYTES = 8;
const CANONICAL_NAN = 0x7fc00000;

/** Writes tensors in the order given; equal tensors give equal bytes. */
export function encodeSafetensors(file: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: file.metadata };
  let offset = 0;
  for (const { name, shape, data } of file.tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = JSON.stringify(header);
  const headerBytes = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes.length + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes.length), true);
  bytes.set(headerBytes, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes.length;
  for (const { data } of file.tensors) {
    for (let i = 0; i < data.length; i++, at += 4) {
      if (data[i] === data[i]) view.setFloat32(at, data[i], true);
      else view.setUint32(at, CANONICAL_NAN, true);
    }
  }
  return bytes;
}

/**
 * Reads a file of float32 tensors.
 * @throws FormatError when the bytes are not such a file; `label` names it in the message.
 */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, label: string): SafetensorsFile {
  const fail = (found: string) => new FormatError(`${label} is not a safetensors file of float32 tensors: ${found}.`);
  if (bytes.length < LENGTH_BYTES) throw fail(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  const start = LENGTH_BYTES + headerLength;
  if (start > bytes.length) throw fail(`its header claims ${headerLength} bytes of ${bytes.length}`);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, start));
  if (header === null) throw fail("its header is not JSON");
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const { dtype, shape, data_offsets: [from, to] } = entry as {
      dtype: string;
      shape: number[];
      data_offsets: number[];
    };
    if (dtype !== "F32") throw fail(`tensor ${name} is ${dtype}`);
    const count = shape.reduce((product, size) => product * size, 1);
    if (to - from !== count * 4 || start + to > bytes.length) {
      throw fail(`tensor ${name} does not have ${count} values`);
    }
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++) data[i] = view.getFloat32(start + from + 4 * i, true);
    return { name, shape, data };
  });
  return { tensors, metadata: metadata as Record<string, string> };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
