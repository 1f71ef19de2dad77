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

/** What a file holds: tensors in order, and strings by name. */
export interface SafetensorsFile {
  tensors: NamedTensor[];
  metadata: Record<string, string>;
}

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** The entry of the header that is not a tensor. */
const METADATA = "__metadata__";
const CANONICAL_NAN = 0x7fc00000;
/** Room for 100,000 tensors of about 100 bytes of header each. */
const MOST_HEADER_BYTES = 1 << 24;
/** As much of a name from a file as a message shows. */
const MOST_SHOWN = 60;

/**
 * Writes tensors in the order given; equal tensors give equal bytes. Every NaN becomes the quiet NaN without payload.
 * @throws FormatError for two tensors of one name, a tensor named "__metadata__", or a header too long to be read again.
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = [[METADATA, metadata]];
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    if (entries.some(([taken]) => taken === name)) {
      throw new FormatError(`Every tensor needs its own name, but "${name}" is taken. Rename one of the two.`);
    }
    entries.push([name, { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Padded with spaces, so that the numbers after it are aligned.
  const headerLength = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  if (headerLength > MOST_HEADER_BYTES) {
    throw new FormatError(
      `The header of ${tensors.length} tensors takes ${headerLength} bytes; at most ${MOST_HEADER_BYTES} can be read.`,
    );
  }
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength).set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerLength;
  for (const { data } of tensors) {
    for (let i = 0; i < data.length; i++, at += 4) {
      if (data[i] === data[i]) view.setFloat32(at, data[i], true);
      else view.setUint32(at, CANONICAL_NAN, true);
    }
  }
  return bytes;
}

/**
 * Reads a file of float32 tensors, in the order in which their numbers lie in it. The file is not trusted: memory is
 * allocated only for tensors whose size is that of their own part of the file.
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
    throw fail(`its header has ${headerLength} bytes; at most ${MOST_HEADER_BYTES} are read`);
  }
  const start = LENGTH_BYTES + Number(headerLength);
  const { [METADATA]: metadata = {}, ...rest } = parseHeader(bytes.subarray(LENGTH_BYTES, start), fail);
  if (!isStrings(metadata)) throw fail(`${METADATA} is not an object of strings`);
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

/** The entries in the order of their numbers, which follow each other without gaps and fill the `length` bytes. */
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
  // The order of a JSON object's fields cannot be relied on: names that look like numbers come first.
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

function isStrings(value: unknown): value is Record<string, string> {
  return isJsonObject(value) && Object.values(value).every((text) => typeof text === "string");
}

function parseHeader(bytes: Uint8Array, fail: (found: string) => FormatError): Record<string, unknown> {
  const text = new TextDecoder().decode(bytes);
  let header: unknown = null;
  try {
    header = parseBoundedJson(text, MOST_HEADER_BYTES);
  } catch {
    // Reported below, as JSON that is not an object.
  }
  if (!isJsonObject(header)) throw fail("its header is not a JSON object");
  if (hasRepeatedName(text, header)) throw fail("its header gives a name twice");
  return header;
}
