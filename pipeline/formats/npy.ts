/**
 * The .npy format, version 1.0: one array with its type and shape, byte for byte as `numpy.save` writes it. Elements
 * are in C order and little-endian, which is the byte order of Deno's machines (x86-64, ARM64).
 */
import { FormatError } from "../../core/errors.ts";

/** The typed array with elements of each type. */
export const ARRAY_TYPES = {
  b1: Uint8Array,
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
};

/** An element type, by NumPy's name: u1 is uint8, f4 is float32, b1 is bool. */
export type NpyDtype = keyof typeof ARRAY_TYPES;

/** The typed array with elements of a type. */
export type TypedArray<D extends NpyDtype> = (typeof ARRAY_TYPES)[D]["prototype"];

/** An array of an .npy file, its elements in C order. */
export interface NpyArray<D extends NpyDtype = NpyDtype> {
  dtype: D;
  shape: number[];
  data: TypedArray<D>;
}

/** "\x93NUMPY" and version 1.0. The next two bytes contain the length of the header's text. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const PREFIX_BYTES = MAGIC.length + 2;
const ALIGNMENT = 64;
/** numpy.save reserves space for the first dimension to grow to this many digits in place. */
const GROWTH_DIGITS = 21;
/** NumPy's own limit. */
const MAX_DIMENSIONS = 64;
const MAX_SHOWN = 120;
const HEADER_TEXT = /^\{'descr': '([^']*)', 'fortran_order': (False|True), 'shape': \(([\d, ]*)\), \} *\n$/;

/** The bytes before the elements of an array, a multiple of 64. */
export function npyHeader(dtype: NpyDtype, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  return npyHeaderOf(`'${descrOf(dtype)}'`, shape);
}

/** The same for elements of any type, which `descr` describes in Python. */
export function npyHeaderOf(descr: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${dimensions}), }`;
  const reserved = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const unpadded = PREFIX_BYTES + text.length + reserved + 1;
  const length = unpadded + ALIGNMENT - unpadded % ALIGNMENT;
  const header = new Uint8Array(length).fill(0x20);
  header.set(MAGIC);
  new DataView(header.buffer).setUint16(MAGIC.length, length - PREFIX_BYTES, true);
  header.set(new TextEncoder().encode(text), PREFIX_BYTES);
  header[length - 1] = 0x0a;
  return header;
}

/**
 * Serializes an array. Every NaN becomes the quiet NaN without payload (float32 0x7fc00000), so equal results have
 * equal bytes on machines that produce different NaNs.
 * @throws FormatError if `data` does not have as many elements as the shape.
 */
export function encodeNpy<D extends NpyDtype>(
  dtype: D,
  shape: readonly number[],
  data: TypedArray<D>,
): Uint8Array<ArrayBuffer> {
  const size = sizeOf(shape);
  if (data.length !== size) {
    throw new FormatError(`Expected ${size} elements for the shape [${shape.join(", ")}], but found ${data.length}.`);
  }
  const header = npyHeader(dtype, shape);
  const file = new Uint8Array(header.length + data.byteLength);
  file.set(header);
  file.set(elementBytes(data), header.length);
  return file;
}

/** The bytes of elements as they are stored: a view of them, unless a NaN is among them that is not the quiet one. */
export function elementBytes(data: TypedArray<NpyDtype>): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = withQuietNaNs(data);
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

function withQuietNaNs(data: TypedArray<NpyDtype>): TypedArray<NpyDtype> {
  if (!(data instanceof Float32Array || data instanceof Float64Array) || !data.includes(NaN)) return data;
  const copy = data.slice();
  const [bits, quiet] = copy instanceof Float32Array
    ? [new Uint32Array(copy.buffer), 0x7fc00000]
    : [new BigUint64Array(copy.buffer), 0x7ff8000000000000n];
  for (let i = 0; i < copy.length; i++) if (copy[i] !== copy[i]) bits[i] = quiet;
  return copy;
}

/**
 * Reads the header of a file of `size` bytes, by default all of `bytes`; the elements start at `offset`. `label` is for
 * messages. @throws FormatError for any other file, version, element type or order.
 */
export function readNpyHeader(bytes: Uint8Array, label: string, size = bytes.length) {
  const fail = (problem: string) => new FormatError(`${label}: ${problem}`);
  const magic = bytes.subarray(0, MAGIC.length);
  if (magic.length < MAGIC.length || MAGIC.some((byte, i) => magic[i] !== byte)) {
    throw fail(`expected an .npy file of version 1.0, which starts with [${hex(MAGIC)}], but found [${hex(magic)}].`);
  }
  const { descr, isFortran, dimensions, offset } = readHeaderText(bytes, fail);
  if (isFortran) throw fail("the array is in Fortran order; save it as numpy.ascontiguousarray(array).");
  const dtype = descr.slice(1) as NpyDtype;
  if (!Object.hasOwn(ARRAY_TYPES, dtype) || descr !== descrOf(dtype)) {
    const known = Object.keys(ARRAY_TYPES).map((name) => descrOf(name as NpyDtype)).join(", ");
    const found = JSON.stringify(descr.slice(0, MAX_SHOWN)).slice(1, -1);
    throw fail(`expected one of the element types ${known}, but found ${found}.`);
  }
  const shape = dimensions.split(",").filter((part) => part.trim() !== "").map(Number);
  if (shape.length > MAX_DIMENSIONS) {
    throw fail(`expected at most ${MAX_DIMENSIONS} dimensions, but found ${shape.length}.`);
  }
  const expected = sizeOf(shape) * ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  if (![...shape, expected].every(Number.isSafeInteger)) {
    throw fail(`the shape (${dimensions.slice(0, MAX_SHOWN)}) has more elements than can be addressed.`);
  }
  if (size - offset === expected) return { dtype, shape, offset };
  throw fail(
    `an array ${dtype} [${shape.join(", ")}] has ${expected} bytes after the header's ${offset}, ` +
      `but ${size - offset} follow. The file is damaged: create it again.`,
  );
}

function readHeaderText(bytes: Uint8Array, fail: (problem: string) => FormatError) {
  const offset = PREFIX_BYTES + (bytes[MAGIC.length] | bytes[MAGIC.length + 1] << 8);
  const needed = bytes.length < PREFIX_BYTES ? PREFIX_BYTES : offset;
  if (bytes.length < needed) {
    throw fail(`expected a header of ${needed} bytes, but the file ends after ${bytes.length}. Create it again.`);
  }
  // A copy, because TextDecoder rejects shared memory.
  const text = new TextDecoder("latin1").decode(bytes.slice(PREFIX_BYTES, offset));
  const [, descr, fortranOrder, dimensions] = HEADER_TEXT.exec(text) ?? [];
  if (descr !== undefined) return { descr, isFortran: fortranOrder === "True", dimensions, offset };
  const found = JSON.stringify(text.trim().slice(0, MAX_SHOWN));
  throw fail(`expected a header in the form of numpy.save at byte ${PREFIX_BYTES}, but found ${found}.`);
}

/** Reads an array. `data` is a view of `bytes` if the elements are aligned, or else a copy. Throws like the header. */
export function decodeNpy(bytes: Uint8Array, label: string): NpyArray {
  const { dtype, shape, offset } = readNpyHeader(bytes, label);
  const ArrayType = ARRAY_TYPES[dtype];
  const isAligned = (bytes.byteOffset + offset) % ArrayType.BYTES_PER_ELEMENT === 0;
  const body = isAligned ? bytes.subarray(offset) : bytes.slice(offset);
  return { dtype, shape, data: new ArrayType(body.buffer as ArrayBuffer, body.byteOffset, sizeOf(shape)) };
}

/** Reads an array of this type and shape; null is a dimension of any size. @throws FormatError for any other file. */
export function decodeNpyOf<D extends NpyDtype>(
  bytes: Uint8Array,
  label: string,
  dtype: D,
  shape: readonly (number | null)[],
): NpyArray<D> {
  const found = decodeNpy(bytes, label);
  const matches = found.dtype === dtype && found.shape.length === shape.length &&
    shape.every((size, i) => size === null || size === found.shape[i]);
  if (matches) return found as NpyArray<D>;
  const sizes = shape.map((size) => size ?? "any").join(", ");
  throw new FormatError(
    `${label}: expected ${dtype} [${sizes}], but found ${found.dtype} [${found.shape.join(", ")}]. ` +
      "This run's stages did not write it. To remove what is damaged: deno task cache verify --repair. Then run again.",
  );
}

function descrOf(dtype: NpyDtype): string {
  return (ARRAY_TYPES[dtype].BYTES_PER_ELEMENT === 1 ? "|" : "<") + dtype;
}

/** The number of elements of an array of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
