// Picking the rows of a batch. Row i of the batch is row index[i] of the dataset; `index` is the address of the batch's
// first index. Rows of a shuffled batch lie far apart, so each waits for the main memory.
import { SEEN, TABLE } from "./layout";
import { FLOAT, splat, VECTOR } from "./vector";

const LINE: usize = 64;

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
    for (; left >= 8; left -= 8) {
      const pixels = load<u64>(from);
      if (pixels == 0) {
        // Most of an image is background.
        v128.store(out, background);
        v128.store(out, background, VECTOR);
      } else {
        // unroll $HALF < 2
        let some$HALF = v128.load32_zero(pixelAt(pixels, $HALF * 4));
        // unroll $AT < 3
        some$HALF = v128.load32_lane(pixelAt(pixels, $HALF * 4 + $AT + 1), some$HALF, $AT + 1);
        // end unroll
        v128.store(out, some$HALF, $HALF * 16);
        // end unroll
      }
      from += 8;
      out += 8 * FLOAT;
    }
    for (; left > 0; left--) {
      store<f32>(out, load<f32>(TABLE + <usize> load<u8>(from) * FLOAT));
      from += 1;
      out += FLOAT;
    }
  }
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

/** The address in the table of one of eight pixels. */
function pixelAt(pixels: u64, at: i32): usize {
  return TABLE + <usize> ((pixels >> (at * 8)) & 255) * FLOAT;
}
