/** A table as an .npy file: an array of records, as `numpy.save` writes it. `np.load(file)["loss"]` is a column. */
import { pythonText } from "../text/python.ts";
import { npyHeaderOf } from "./npy.ts";

/** Serializes columns of float64, which have one value per row each; null, for none, becomes NaN. */
export function encodeNpyRecords(
  columns: Readonly<Record<string, readonly (number | null)[]>>,
): Uint8Array<ArrayBuffer> {
  const lists = Object.values(columns);
  const rows = lists[0]?.length ?? 0;
  const descr = Object.keys(columns).map((name) => `(${pythonText(name)}, '<f8')`).join(", ");
  const header = npyHeaderOf(`[${descr}]`, [rows]);
  const file = new Uint8Array(header.length + rows * lists.length * 8);
  file.set(header);
  const view = new DataView(file.buffer, header.length);
  for (let row = 0; row < rows; row++) {
    lists.forEach((list, i) => view.setFloat64((row * lists.length + i) * 8, list[row] ?? NaN, true));
  }
  return file;
}
