// Picking the rows of a batch. Row i of the batch is row index[i] of the dataset; `index` is the address of the batch's
// first index. Rows of a shuffled batch lie far apart, so each waits for the main memory.
import { SEEN, TABLE } from "./layout";
import { FLOAT, splat } from "./vector";

const LINE: usize = 64;
/** Pixels that are looked at together. */
const PIXELS: i32 = 16;

/** The address of a batch row in the dataset. */
function rowAt(rows: usize, index: usize, i: i32, rowBytes: usize): usize {
  return rows + <usize> load<i32>(index + <usize> i * FLOAT) * rowBytes;
}

export function gatherTable(out: usize, rows: usize, index: usize, table: usize, batch: i32, columns: i32): void {
  touchRows(rows, index, batch, <usize> columns);
  memory.copy(TABLE, table, 256 * FLOAT);
  const background = splat(load<f32>(TABLE));
  for (let i = 0; i < batch; i++) {
    let from = rowAt(rows, index, i, <usize> columns);
    let left = columns;
    for (; left >= PIXELS; left -= PIXELS) {
      if (v128.any_true(v128.load(from))) {
        // unroll $FOUR < 4
        v128.store(out, fourOf(load<u32>(from, $FOUR * 4)), $FOUR * 16);
        // end unroll
      } else {
        // Most of an image is background.
        // unroll $FOUR < 4
        v128.store(out, background, $FOUR * 16);
        // end unroll
      }
      from += PIXELS;
      out += PIXELS * FLOAT;
    }
    for (; left > 0; left--) {
      store<f32>(out, load<f32>(<usize> load<u8>(from) * FLOAT, TABLE));
      from += 1;
      out += FLOAT;
    }
  }
}

/** The table's numbers for four pixels. The masks leave each pixel times four: its offset in the table. */
function fourOf(pixels: u32): v128 {
  let four = v128.load32_zero((pixels << 2) & 1020, TABLE);
  four = v128.load32_lane((pixels >> 6) & 1020, four, 1, TABLE);
  four = v128.load32_lane((pixels >> 14) & 1020, four, 2, TABLE);
  return v128.load32_lane((pixels >> 22) & 1020, four, 3, TABLE);
}

/** Reads one byte of every cache line of the batch's rows, so that the waits for the main memory overlap. */
function touchRows(rows: usize, index: usize, batch: i32, rowBytes: usize): void {
  let seen: u32 = 0;
  for (let i = 0; i < batch; i++) {
    const row = rowAt(rows, index, i, rowBytes);
    for (let at: usize = 0; at < rowBytes; at += LINE) seen |= load<u8>(row + at);
  }
  store<u32>(SEEN, seen); // A result that nobody takes could be left out by the compiler, with the reads.
}

export function gatherRows(out: usize, rows: usize, index: usize, batch: i32, columns: i32): void {
  const rowBytes = <usize> columns * FLOAT;
  for (let i = 0; i < batch; i++) {
    memory.copy(out, rowAt(rows, index, i, rowBytes), rowBytes);
    out += rowBytes;
  }
}

export function gatherLabels(out: usize, labels: usize, index: usize, batch: i32): void {
  for (let i = 0; i < batch; i++) store<u8>(out + <usize> i, load<u8>(rowAt(labels, index, i, 1)));
}
