/** .npy files of any size: their elements are read, and made, a piece at a time. */
import { FormatError } from "../../core/errors.ts";
import { ARRAY_TYPES, elementBytes, type NpyDtype, npyHeader, readNpyHeader, sizeOf, type TypedArray } from "./npy.ts";
import { PIECE_BYTES } from "../engine/stage/kind.ts";
import { copyShared, headerOf, type InPieces, wholeNumbers } from "./pieces.ts";

/** An array of an .npy file; `pieces` are its elements in C order, which are checked as they are read. */
export interface NpyPieces<D extends NpyDtype = NpyDtype> {
  dtype: D;
  shape: number[];
  pieces(): Iterable<TypedArray<D>>;
}

/** Opens a stored array. A piece can be used until the next one is requested. @throws FormatError if it is no .npy file. */
export function openNpy(file: InPieces, label: string): NpyPieces {
  const { dtype, shape, offset } = headerOf(file, (start) => readNpyHeader(start, label, file.size));
  const ArrayType = ARRAY_TYPES[dtype];
  const width = ArrayType.BYTES_PER_ELEMENT;
  return {
    dtype,
    shape,
    *pieces() {
      for (const { buffer, byteOffset, length } of wholeNumbers(file, { offset, width })) {
        yield new ArrayType(buffer, byteOffset, length / width);
      }
    },
  };
}

/**
 * An array as `encodeNpy` serializes it, of elements that come in pieces; of elements in memory, without a copy.
 * @throws FormatError in the end if they are not as many as the shape says.
 */
export function npyOf<D extends NpyDtype>(dtype: D, shape: readonly number[], pieces: Iterable<TypedArray<D>>) {
  return {
    *pieces(): Generator<Uint8Array<ArrayBuffer>> {
      yield npyHeader(dtype, shape);
      let found = 0;
      for (const piece of pieces) {
        found += piece.length;
        yield elementBytes(piece);
      }
      if (found === sizeOf(shape)) return;
      throw new FormatError(
        `Expected ${sizeOf(shape)} elements for the shape [${shape.join(", ")}], but found ${found}.`,
      );
    },
  };
}

/**
 * The rows with these numbers of a stored array `[N, D]`, and D. Other rows are read, to check the file, but not kept.
 * @throws FormatError if it is no .npy file.
 */
export function readNpyRows(file: InPieces, label: string, rows: readonly number[]) {
  const { dtype, shape, pieces } = openNpy(file, label);
  const features = sizeOf(shape.slice(1));
  const found = new Map(rows.map((row) => [row, new ARRAY_TYPES[dtype](features)]));
  let first = 0;
  for (const piece of pieces()) {
    for (const [row, values] of found) copyShared(values as Uint8Array, row * features, piece as Uint8Array, first);
    first += piece.length;
  }
  return { features, rows: found };
}

/** The rows of an .npy file `[N, …]` in this order, a few at a time, as an .npy file of their own. */
export function npyOfRows(file: Uint8Array<ArrayBuffer>, order: ArrayLike<number>) {
  const { dtype, shape: [count, ...shape], offset } = readNpyHeader(file, "the rows");
  const width = (file.length - offset) / count;
  const most = Math.max(1, Math.floor(PIECE_BYTES / width));
  return {
    *pieces(): Generator<Uint8Array<ArrayBuffer>> {
      yield npyHeader(dtype, [order.length, ...shape]);
      const memory = new Uint8Array(most * width);
      for (let first = 0; first < order.length; first += most) {
        const rows = Math.min(most, order.length - first);
        for (let i = 0; i < rows; i++) {
          const start = offset + order[first + i] * width;
          memory.set(file.subarray(start, start + width), i * width);
        }
        yield memory.subarray(0, rows * width);
      }
    },
  };
}
