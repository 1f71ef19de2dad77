/** Writes IDX files for tests; Retrace itself only reads them. */
import type { IdxArray, IdxDtype } from "../../../pipeline/formats/idx.ts";

const CODES: Record<IdxDtype, number> = { u8: 8, i8: 9, i16: 11, i32: 12, f32: 13, f64: 14 };

/** The file of an array; `data` has as many elements as the shape. */
export function encodeIdx<D extends IdxDtype>(
  dtype: D,
  shape: readonly number[],
  data: Extract<IdxArray, { dtype: D }>["data"],
): Uint8Array<ArrayBuffer> {
  const start = 4 + 4 * shape.length;
  const file = new Uint8Array(start + data.byteLength);
  file.set([0, 0, CODES[dtype], shape.length]);
  const view = new DataView(file.buffer);
  shape.forEach((dimension, i) => view.setUint32(4 + 4 * i, dimension));
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const elementBytes = data.BYTES_PER_ELEMENT;
  bytes.forEach((byte, i) => file[start + i - 2 * (i % elementBytes) + elementBytes - 1] = byte);
  return file;
}
