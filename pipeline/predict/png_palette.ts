/** The palette indices of a PNG's pixels. https://www.w3.org/TR/png-3/#9Filters */

/** Rows of equal length: in each, the number of its filter and then `columns` indices of `bits` bits. */
interface IndexedRows {
  rows: Uint8Array;
  rowBytes: number;
  columns: number;
  bits: number;
}

/** The largest index. The rows are unfiltered in place. */
export function largestIndex({ rows, rowBytes, columns, bits }: IndexedRows): number {
  let largest = 0;
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let at = 0; at < rows.length; at += rowBytes) {
    const row = rows.subarray(at, at + rowBytes);
    unfilter(row, above);
    for (let x = 0; x < columns; x++) {
      const bit = x * bits;
      const index = (row[1 + (bit >> 3)] >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
      if (index > largest) largest = index;
    }
    above = row;
  }
  return largest;
}

/** Undoes the filter of a row, whose pixels take at most a byte each. */
function unfilter(row: Uint8Array, above: Uint8Array): void {
  const predict = PREDICTIONS[row[0]];
  for (let i = 1; i < row.length; i++) {
    const isFirst = i === 1;
    row[i] += predict(isFirst ? 0 : row[i - 1], above[i], isFirst ? 0 : above[i - 1]);
  }
}

/** By filter: what a byte is predicted to be from those on the left, above, and above on the left. */
const PREDICTIONS: ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
