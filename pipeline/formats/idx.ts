/**
 * The IDX format of the MNIST files (Yann LeCun, "The MNIST database of handwritten digits", "FILE FORMATS"):
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

/** Element types: u8 is uint8, f32 is float32. */
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

/** Reads an IDX file, bytes as a view. @throws FormatError, with `label` and offset, if it is not exactly one. */
export function parseIdx(bytes: Uint8Array, label: string): IdxArray {
  const { dtype, shape, offset } = readIdxHeader(bytes, label);
  return { dtype, shape, data: idxNumbers(dtype, bytes.subarray(offset)) } as IdxArray;
}

/**
 * Reads the header of an IDX file of `size` bytes, by default all of `bytes`. Its elements, `width` bytes each, start at
 * `offset`. Throws like `parseIdx`.
 */
export function readIdxHeader(bytes: Uint8Array, label: string, size = bytes.length) {
  const fail = (problem: string) => new FormatError(`${label}: ${problem}`);
  const dtype = readDtype(bytes, fail);
  const shape = readShape(bytes, fail);
  const width = ELEMENT_TYPES[dtype].array.BYTES_PER_ELEMENT;
  const offset = PREFIX_BYTES + 4 * shape.length;
  const expected = offset + shape.reduce((product, dimension) => product * dimension, width);
  if (size === expected) return { dtype, shape, offset, width };
  const problem = size < expected ? "is truncated" : `has bytes after its end at offset ${expected}`;
  throw fail(
    `expected ${expected} bytes (a header of ${offset}, then ${dtype} [${shape.join(", ")}]), but found ${size}. The ` +
      `file ${problem}: download it again.`,
  );
}

/** The numbers of elements of an IDX file; bytes are a view. */
export function idxNumbers(dtype: IdxDtype, elements: Uint8Array): IdxArray["data"] {
  const { array: ArrayType } = ELEMENT_TYPES[dtype];
  const width = ArrayType.BYTES_PER_ELEMENT;
  const { buffer, byteOffset, length } = width === 1 ? elements : swapped(elements, width);
  return new ArrayType(buffer as ArrayBuffer, byteOffset, length / width);
}

function readDtype(bytes: Uint8Array, fail: (problem: string) => FormatError): IdxDtype {
  if (bytes.length < PREFIX_BYTES) {
    throw fail(`expected an IDX file, which has at least ${PREFIX_BYTES} bytes, but found ${bytes.length}.`);
  }
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    const advice = bytes[0] === 0x1f && bytes[1] === 0x8b ? " This is gzip: unpack the file first." : "";
    throw fail(
      `expected an IDX file, which starts with 0x00 0x00, but found ${hex(bytes[0])} ${hex(bytes[1])}.${advice}`,
    );
  }
  const types = Object.entries(ELEMENT_TYPES);
  const found = types.find(([, { code }]) => code === bytes[2]);
  if (found !== undefined) return found[0] as IdxDtype;
  const known = types.map(([name, { code }]) => `${hex(code)} (${name})`).join(", ");
  throw fail(`expected one of the element types ${known} at offset 2, but found ${hex(bytes[2])}.`);
}

function readShape(bytes: Uint8Array, fail: (problem: string) => FormatError): number[] {
  const rank = bytes[3];
  if (rank === 0) throw fail("expected 1 to 255 dimensions at offset 3, but found 0.");
  const start = PREFIX_BYTES + 4 * rank;
  if (bytes.length < start) {
    throw fail(`expected ${rank} dimensions, but the file is truncated at offset ${bytes.length}: download it again.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  return Array.from({ length: rank }, (_, i) => view.getUint32(PREFIX_BYTES + 4 * i));
}

/** A copy with the bytes of every element reversed: little-endian from big-endian. */
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
