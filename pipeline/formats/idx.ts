/**
 * Reads IDX, the format of the MNIST files (Yann LeCun, "The MNIST database of handwritten digits", "FILE FORMATS"):
 *
 * | offset | bytes | meaning |
 * |---|---|---|
 * | 0 | 2 | always 0 |
 * | 2 | 1 | element type |
 * | 3 | 1 | rank R |
 * | 4 | 4 R | the dimensions, uint32 |
 * | 4 + 4 R | … | the elements in C order |
 *
 * All numbers are big-endian.
 */
import { FormatError } from "../../core/errors.ts";

/** Element types by the names used here: u8 is uint8, f32 is float32. */
const ELEMENT_TYPES = {
  u8: { code: 0x08, array: Uint8Array },
  i8: { code: 0x09, array: Int8Array },
  i16: { code: 0x0b, array: Int16Array },
  i32: { code: 0x0c, array: Int32Array },
  f32: { code: 0x0d, array: Float32Array },
  f64: { code: 0x0e, array: Float64Array },
};

/** An element type: "u8", "f32". */
export type IdxDtype = keyof typeof ELEMENT_TYPES;

/** An array of an IDX file, its elements in C order. */
export type IdxArray = {
  [D in IdxDtype]: { dtype: D; shape: number[]; data: InstanceType<(typeof ELEMENT_TYPES)[D]["array"]> };
}[IdxDtype];

const PREFIX_BYTES = 4;

/**
 * Reads an IDX file. One-byte elements are a view of `bytes`; larger ones are copied into the machine's byte order.
 * `label` names the file in errors.
 * @throws FormatError when the bytes are not an IDX file, are too few, or too many; it names the file and the offset.
 */
export function parseIdx(bytes: Uint8Array, label: string): IdxArray {
  const dtype = readDtype(bytes, label);
  const shape = readShape(bytes, label);
  const { array: ArrayType } = ELEMENT_TYPES[dtype];
  const start = PREFIX_BYTES + 4 * shape.length;
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  const expected = start + length * ArrayType.BYTES_PER_ELEMENT;
  if (bytes.length !== expected) {
    const problem = bytes.length < expected ? "is cut off" : `has bytes after its end at offset ${expected}`;
    throw new FormatError(
      `${label}: expected ${expected} bytes (a header of ${start}, then ${dtype} [${shape.join(", ")}]), ` +
        `found ${bytes.length}. The file ${problem}: get it again.`,
    );
  }
  const body = bytes.subarray(start);
  const { buffer, byteOffset } = ArrayType.BYTES_PER_ELEMENT === 1 ? body : swapped(body, ArrayType.BYTES_PER_ELEMENT);
  return { dtype, shape, data: new ArrayType(buffer as ArrayBuffer, byteOffset, length) } as IdxArray;
}

function readDtype(bytes: Uint8Array, label: string): IdxDtype {
  if (bytes.length < PREFIX_BYTES) {
    throw new FormatError(
      `${label}: expected an IDX file, which has at least ${PREFIX_BYTES} bytes, found ${bytes.length}.`,
    );
  }
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    throw new FormatError(
      `${label}: expected an IDX file, which starts with the bytes 0x00 0x00, ` +
        `found ${hex(bytes[0])} ${hex(bytes[1])} at offset 0. ` +
        (isGzip ? "This is gzip: unpack the file first." : "This is another kind of file."),
    );
  }
  const types = Object.entries(ELEMENT_TYPES);
  const found = types.find(([, { code }]) => code === bytes[2]);
  if (found !== undefined) return found[0] as IdxDtype;
  const known = types.map(([name, { code }]) => `${hex(code)} (${name})`).join(", ");
  throw new FormatError(`${label}: expected one of the element types ${known} at offset 2, found ${hex(bytes[2])}.`);
}

function readShape(bytes: Uint8Array, label: string): number[] {
  const rank = bytes[3];
  if (rank === 0) throw new FormatError(`${label}: expected 1 to 255 dimensions at offset 3, found 0.`);
  const start = PREFIX_BYTES + 4 * rank;
  if (bytes.length < start) {
    throw new FormatError(
      `${label}: expected ${rank} dimensions up to offset ${start}, but the file is cut off at ${bytes.length}: get it again.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  return Array.from({ length: rank }, (_, i) => view.getUint32(PREFIX_BYTES + 4 * i));
}

/** A copy with the bytes of every element in the opposite order: little-endian from big-endian. */
function swapped(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += elementBytes) {
    for (let i = 0; i < elementBytes; i++) out[start + i] = bytes[start + elementBytes - 1 - i];
  }
  return out;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
