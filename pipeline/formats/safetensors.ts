/** The safetensors format for weights, which PyTorch can read: the length of a JSON header, the header, the numbers. */
import { FormatError } from "../../core/errors.ts";
import { isJsonObject, jsonObjectIn } from "../engine/store/bounded_json.ts";
import { repeatedName } from "../engine/store/json_tokens.ts";

/** One float32 tensor of a file. */
export interface NamedTensor {
  name: string;
  shape: readonly number[];
  /** Row-major. */
  data: Float32Array;
}

/** The content of a file: tensors in order, and named strings. */
interface SafetensorsFile {
  tensors: NamedTensor[];
  metadata: Record<string, string>;
}

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** The entry of the header that is not a tensor. */
const METADATA = "__metadata__";
const CANONICAL_NAN = 0x7fc00000;
/** Enough for 100,000 tensors with about 100 bytes of header each. */
const MAX_HEADER_BYTES = 1 << 24;
const MAX_SHOWN = 60;

/**
 * Serializes tensors in the given order; equal tensors have equal bytes. Every NaN becomes the quiet one.
 * @throws FormatError for two tensors with the same name, a tensor named "__metadata__", or a header that is too long.
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = [[METADATA, metadata]];
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    if (entries.some(([taken]) => taken === name)) {
      throw new FormatError(
        `Every tensor needs a name of its own, but "${name}" is already used. Rename one of the two.`,
      );
    }
    entries.push([name, { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Padded with spaces, to align the numbers after it.
  const headerLength = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  if (headerLength > MAX_HEADER_BYTES) {
    throw new FormatError(
      `The header of ${tensors.length} tensors has ${headerLength} bytes, but at most ${MAX_HEADER_BYTES} can be read.`,
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
 * Reads a file of float32 tensors, in the order of their numbers. The file is not trusted: memory is allocated only for
 * tensors whose size is that of their part of the file.
 * @throws FormatError, with `label`, if the bytes are not such a file.
 */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, label: string): SafetensorsFile {
  const fail = (found: string) => new FormatError(`${label} is not a safetensors file of float32 tensors: ${found}.`);
  if (bytes.length < LENGTH_BYTES) throw fail(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  const most = Math.min(bytes.length - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (headerLength > most) throw fail(`its header has ${headerLength} bytes, but at most ${most} were expected`);
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

interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [from: number, to: number];
}

/** The entries in the order of their numbers, which fill the `length` bytes without gaps or overlap. */
function tensorEntries(header: Record<string, unknown>, length: number, fail: (found: string) => FormatError) {
  const entries = Object.entries(header).map(([name, entry]) => {
    const shown = shortened(name);
    if (!isTensorEntry(entry)) throw fail(`tensor ${shown} has no dtype, shape and data_offsets`);
    const { dtype, shape, data_offsets: [from, to] } = entry;
    if (dtype !== "F32") throw fail(`tensor ${shown} is ${shortened(dtype)}`);
    const count = shape.reduce((product, size) => product * size, 1);
    if (to - from !== count * 4 || to > length) throw fail(`tensor ${shown} does not have ${count} values`);
    return { ...entry, name };
  });
  // The order of a JSON object's fields is not reliable: names that look like numbers come first.
  entries.sort(({ data_offsets: [a, aEnd] }, { data_offsets: [b, bEnd] }) => a - b || aEnd - bEnd);
  let end = 0;
  for (const { name, data_offsets: [from, to] } of entries) {
    if (from !== end) throw fail(`tensor ${shortened(name)} starts at ${from}, but ${end} was expected`);
    end = to;
  }
  if (end !== length) throw fail(`its tensors end at ${end} of ${length} bytes`);
  return entries;
}

/** A text of the file, in one line and not too long. */
function shortened(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text).slice(1, -1);
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
  const header = jsonObjectIn(bytes);
  if (header === null) throw fail("its header is not a JSON object");
  if (repeatedName(new TextDecoder().decode(bytes)) !== null) throw fail("its header has a name twice");
  return header;
}
