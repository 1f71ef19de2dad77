/**
 * The IDX format of the MNIST files (Yann LeCun's page "The MNIST database of handwritten digits", section "FILE FORMATS"):
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

/** The typed array that holds each element type. */
export interface IdxArrays {
  u8: Uint8Array;
  i8: Int8Array;
  i16: Int16Array;
  i32: Int32Array;
  f32: Float32Array;
  f64: Float64Array;
}

/** An element type: u8 is uint8, f32 is float32. */
export type IdxDtype = keyof IdxArrays;

/** An array of an IDX file, its elements in C order. */
export type IdxArray = { [D in IdxDtype]: { dtype: D; shape: number[]; data: IdxArrays[D] } }[IdxDtype];

interface ElementType {
  code: number;
  bytes: number;
  make(buffer: ArrayBufferLike, offset: number, length: number): IdxArrays[IdxDtype];
}

const ELEMENT_TYPES: Record<IdxDtype, ElementType> = {
  u8: { code: 0x08, bytes: 1, make: (...args) => new Uint8Array(...args) },
  i8: { code: 0x09, bytes: 1, make: (...args) => new Int8Array(...args) },
  i16: { code: 0x0b, bytes: 2, make: (...args) => new Int16Array(...args) },
  i32: { code: 0x0c, bytes: 4, make: (...args) => new Int32Array(...args) },
  f32: { code: 0x0d, bytes: 4, make: (...args) => new Float32Array(...args) },
  f64: { code: 0x0e, bytes: 8, make: (...args) => new Float64Array(...args) },
};

const PREFIX_BYTES = 4;
const MOST_DIMENSIONS = 255;
const LARGEST_DIMENSION = 0xffffffff;

/**
 * Reads an IDX file. One-byte elements are a view of `bytes`; larger ones are turned round into memory of their own.
 * `label` names the file in errors.
 * @throws FormatError when the bytes are not an IDX file, are too few, or too many; it names the file and the offset.
 */
export function parseIdx(bytes: Uint8Array, label: string): IdxArray {
  const dtype = readDtype(bytes, label);
  const shape = readShape(bytes, label);
  const element = ELEMENT_TYPES[dtype];
  const start = PREFIX_BYTES + 4 * shape.length;
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  const expected = start + length * element.bytes;
  if (!Number.isSafeInteger(expected)) {
    throw new FormatError(
      `${label}: the dimensions [${
        shape.join(", ")
      }] at offset ${PREFIX_BYTES} make more elements than can be addressed. ` +
        "The file is damaged: get it again.",
    );
  }
  if (bytes.length !== expected) {
    const problem = bytes.length < expected ? "is cut off" : `has bytes after its end at offset ${expected}`;
    throw new FormatError(
      `${label}: expected ${expected} bytes (a header of ${start}, then ${dtype} [${
        shape.join(", ")
      }]), found ${bytes.length}. ` +
        `The file ${problem}: get it again.`,
    );
  }
  const body = bytes.subarray(start);
  const data = element.bytes === 1
    ? element.make(body.buffer, body.byteOffset, length)
    : element.make(reversedElements(body, element.bytes).buffer, 0, length);
  return { dtype, shape, data } as IdxArray;
}

/**
 * Writes an IDX file.
 * @throws FormatError when the shape cannot be written, or `data` has not as many elements as it says.
 */
export function encodeIdx<D extends IdxDtype>(
  dtype: D,
  shape: readonly number[],
  data: IdxArrays[D],
): Uint8Array<ArrayBuffer> {
  const isDimension = (size: number) => Number.isInteger(size) && size >= 0 && size <= LARGEST_DIMENSION;
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  if (shape.length < 1 || shape.length > MOST_DIMENSIONS || !shape.every(isDimension) || length !== data.length) {
    throw new FormatError(
      `An IDX file has 1 to ${MOST_DIMENSIONS} dimensions of 0 to ${LARGEST_DIMENSION}, and as many elements as their product; ` +
        `the shape is [${shape.join(", ")}], with ${data.length} elements.`,
    );
  }
  const { code, bytes: elementBytes } = ELEMENT_TYPES[dtype];
  const start = PREFIX_BYTES + 4 * shape.length;
  const file = new Uint8Array(start + data.byteLength);
  file.set([0, 0, code, shape.length]);
  const view = new DataView(file.buffer);
  shape.forEach((dimension, i) => view.setUint32(PREFIX_BYTES + 4 * i, dimension));
  file.set(reversedElements(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), elementBytes), start);
  return file;
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
      `${label}: expected an IDX file, which starts with the bytes 00 00, found ${hex(bytes[0])} ${
        hex(bytes[1])
      } at offset 0. ` +
        (isGzip ? "This is gzip: unpack the file first." : "This is another kind of file."),
    );
  }
  const found = Object.entries(ELEMENT_TYPES).find(([, type]) => type.code === bytes[2]);
  if (found === undefined) {
    const known = Object.entries(ELEMENT_TYPES).map(([name, type]) => `${hex(type.code)} (${name})`).join(", ");
    throw new FormatError(`${label}: expected one of the element types ${known} at offset 2, found ${hex(bytes[2])}.`);
  }
  return found[0] as IdxDtype;
}

function readShape(bytes: Uint8Array, label: string): number[] {
  const rank = bytes[3];
  if (rank === 0) throw new FormatError(`${label}: expected 1 to ${MOST_DIMENSIONS} dimensions at offset 3, found 0.`);
  const start = PREFIX_BYTES + 4 * rank;
  if (bytes.length < start) {
    throw new FormatError(
      `${label}: expected ${rank} dimensions in the ${start - PREFIX_BYTES} bytes from offset ${PREFIX_BYTES}, ` +
        `but the file ends at ${bytes.length}. It is cut off: get it again.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  return Array.from({ length: rank }, (_, i) => view.getUint32(PREFIX_BYTES + 4 * i));
}

/** The bytes of every element in the opposite order: big-endian from little-endian, or back. */
function reversedElements(bytes: Uint8Array, elementBytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += elementBytes) {
    for (let i = 0; i < elementBytes; i++) out[start + i] = bytes[start + elementBytes - 1 - i];
  }
  return out;
}

function hex(byte: number): string {
  return "0x" + byte.toString(16).padStart(2, "0");
}
