/**
 * The safetensors format for weights: a length, a JSON header, and the numbers. PyTorch reads it with
 * `safetensors.torch.load_file` and `load_state_dict`.
 */
import { FormatError } from "../../core/errors.ts";
import { hasRepeatedName, isJsonObject, parseBoundedJson } from "../engine/store/bounded_json.ts";

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
/** A tensor takes about 100 bytes of header, so that this is room for 100,000 of them. */
const MOST_HEADER_BYTES = 1 << 24;
/** As much of a name from a file as a message shows. */
const MOST_SHOWN = 60;

/**
 * Writes tensors in the order given; equal tensors give equal bytes. Every NaN becomes the one quiet NaN with no payload.
 * @throws FormatError for two tensors of one name, one that is named as the file's words about itself are, or a header
 * too long to be read again.
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
  if (headerBytes.length > MOST_HEADER_BYTES) {
    throw new FormatError(
      `The header of ${file.tensors.length} tensors takes ${headerBytes.length} bytes; at most ${MOST_HEADER_BYTES} can be read.`,
    );
  }
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
 * Reads a file of float32 tensors, in the order in which their numbers lie in the file. The file is not trusted: nothing
 * is made for a tensor before its size is known to be that of its own part of the file.
 * @throws FormatError when the bytes are not such a file; `label` names it in the message.
 */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, label: string): SafetensorsFile {
  const fail = (found: string) => new FormatError(`${label} is not a safetensors file of float32 tensors: ${found}.`);
  if (bytes.length < LENGTH_BYTES) throw fail(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > bytes.length - LENGTH_BYTES) {
    throw fail(`its header claims ${headerLength} bytes of ${bytes.length}`);
  }
  if (headerLength > MOST_HEADER_BYTES) {
    throw fail(`its header has ${headerLength} bytes, of which at most ${MOST_HEADER_BYTES} are read`);
  }
  const start = LENGTH_BYTES + Number(headerLength);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, start));
  if (typeof header === "string") throw fail(header);
  const { [METADATA]: metadata = {}, ...rest } = header;
  if (!isWords(metadata)) throw fail(`${METADATA} does not hold strings by name`);
  const entries = tensorEntries(rest, bytes.length - start, fail);
  const tensors = entries.map(({ name, shape, data_offsets: [from, to] }) => {
    const data = new Float32Array((to - from) / 4);
    for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(start + from + 4 * i, true);
    return { name, shape, data };
  });
  return { tensors, metadata };
}

/** How the header describes a tensor. */
interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [from: number, to: number];
}

/** The entries in the order of their numbers, which lie one after the other and fill the `length` bytes. */
function tensorEntries(
  header: Record<string, unknown>,
  length: number,
  fail: (found: string) => FormatError,
): (TensorEntry & { name: string })[] {
  const entries = Object.entries(header).map(([name, entry]) => {
    const shown = name.length > MOST_SHOWN ? `${name.slice(0, MOST_SHOWN)}…` : name;
    if (!isTensorEntry(entry)) throw fail(`tensor ${shown} has no dtype, shape and data_offsets`);
    const { dtype, shape, data_offsets: [from, to] } = entry;
    if (dtype !== "F32") throw fail(`tensor ${shown} is ${dtype.slice(0, MOST_SHOWN)}`);
    const count = shape.reduce((product, size) => product * size, 1);
    if (to - from !== count * 4 || to > length) throw fail(`tensor ${shown} does not have ${count} values`);
    return { name, dtype, shape, data_offsets: entry.data_offsets };
  });
  // JSON objects keep no order that can be relied on: names that look like numbers come first.
  entries.sort(({ data_offsets: [a, aEnd] }, { data_offsets: [b, bEnd] }) => a - b || aEnd - bEnd);
  let end = 0;
  for (const { name, data_offsets: [from, to] } of entries) {
    if (from !== end) throw fail(`tensor ${name.slice(0, MOST_SHOWN)} starts at ${from}, where ${end} was expected`);
    end = to;
  }
  if (end !== length) throw fail(`its tensors end at ${end} of ${length} bytes`);
  return entries;
}

function isTensorEntry(entry: unknown): entry is TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<TensorEntry>;
  return typeof dtype === "string" && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isWords(value: unknown): value is Record<string, string> {
  return isJsonObject(value) && Object.values(value).every((word) => typeof word === "string");
}

/** Spaces bring the header to a multiple of 8 bytes, so that the numbers after it are aligned. */
function padded(header: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(header.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  whole.set(header);
  return whole;
}

/** The header, or what is wrong with it. */
function parseHeader(bytes: Uint8Array): Record<string, unknown> | string {
  const text = new TextDecoder().decode(bytes);
  let header: unknown;
  try {
    header = parseBoundedJson(text, MOST_HEADER_BYTES);
  } catch {
    return "its header is not a JSON object";
  }
  if (!isJsonObject(header)) return "its header is not a JSON object";
  return hasRepeatedName(text, header) ? "its header gives a name twice" : header;
}
