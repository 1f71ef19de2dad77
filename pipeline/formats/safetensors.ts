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
const ALIGNMENT = 8;
/** The header's entry that is no tensor. */
const METADATA = "__metadata__";
const CANONICAL_NAN = 0x7fc00000;

/**
 * Writes tensors in the order given; equal tensors give equal bytes. Every NaN becomes the one quiet NaN with no payload.
 * @throws FormatError for two tensors of one name, or one that is named as the file's words about itself are.
 */
export function encodeSafetensors(file: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = [[METADATA, file.metadata]];
  let offset = 0;
  for (const { name, shape, data } of file.tensors) {
    if (entries.some(([taken]) => taken === name)) {
      throw new FormatError(`Tensors need names of their own, but "${name}" is taken. Rename one of the two.`);
    }
    entries.push([name, { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const headerBytes = padded(new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries))));
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
 * Reads a file of float32 tensors, in the order in which their numbers lie in the file.
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
  if (header === null) throw fail("its header is not a JSON object");
  const { [METADATA]: metadata = {}, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    if (!isTensorEntry(entry)) throw fail(`tensor ${name} has no dtype, shape and data_offsets`);
    const { dtype, shape, data_offsets: [from, to] } = entry;
    if (dtype !== "F32") throw fail(`tensor ${name} is ${dtype}`);
    const count = shape.reduce((product, size) => product * size, 1);
    if (to - from !== count * 4 || start + to > bytes.length) {
      throw fail(`tensor ${name} does not have ${count} values`);
    }
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++) data[i] = view.getFloat32(start + from + 4 * i, true);
    return { from, tensor: { name, shape, data } };
  });
  // JSON objects keep no order that can be relied on: names that look like numbers come first.
  tensors.sort((a, b) => a.from - b.from);
  return { tensors: tensors.map(({ tensor }) => tensor), metadata: metadata as Record<string, string> };
}

/** How the header describes a tensor. */
interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [from: number, to: number];
}

function isTensorEntry(entry: unknown): entry is TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<TensorEntry>;
  return typeof dtype === "string" && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Spaces bring the header to a multiple of 8 bytes, so that the numbers after it are aligned. */
function padded(header: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(header.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  whole.set(header);
  return whole;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes));
    return typeof header === "object" && !Array.isArray(header) ? header : null;
  } catch {
    return null;
  }
}
