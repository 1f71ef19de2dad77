// Gathers the rows of a batch. Row i of the batch is row index[i] of the dataset; `index` is the address of the batch's
// first index. The rows of a shuffled batch are scattered, so each costs a cache miss.
import { SEEN, TABLE } from "./layout";
import { FLOAT, splat } from "./vector";

const LINE: usize = 64;
/** Pixels in a block. Every four of them have one bit in a mask. */
const PIXELS: i32 = 16;
/** Blocks per mask. */
const MASK_BLOCKS: i32 = 16;

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
    while (left >= PIXELS) {
      const blocks = min(left / PIXELS, MASK_BLOCKS);
      lookUp(out, from, drawBackground(out, from, blocks, background));
      left -= blocks * PIXELS;
      from += blocks * PIXELS;
      out += blocks * PIXELS * FLOAT;
    }
    for (; left > 0; left--) {
      store<f32>(out, load<f32>(<usize> load<u8>(from) * FLOAT, TABLE));
      from += 1;
      out += FLOAT;
    }
  }
}

/**
 * Writes the table's value for byte 0 everywhere, because most pixels of an image are 0. Returns a mask with a bit set
 * for each four pixels that are not all 0: iterating over the set bits is cheaper than a branch per four pixels, which
 * is often mispredicted.
 */
function drawBackground(out: usize, from: usize, blocks: i32, background: v128): u64 {
  let mask: u64 = 0;
  for (let block = 0; block < blocks; block++) {
    const other = i32x4.ne(v128.load(from), i32x4.splat(0));
    mask |= <u64> i32x4.bitmask(other) << (block * 4);
    // unroll $FOUR < 4
    v128.store(out, background, $FOUR * 16);
    // end unroll
    from += PIXELS;
    out += PIXELS * FLOAT;
  }
  return mask;
}

/** Looks up the pixels whose bits are set, four at a time. */
function lookUp(out: usize, from: usize, mask: u64): void {
  for (; mask != 0; mask &= mask - 1) {
    const four = <usize> ctz(mask) * 4;
    v128.store(out + four * FLOAT, fourOf(load<u32>(from + four)));
  }
}

/** The table's values for four pixels. The masks leave each pixel times four: its offset in the table. */
function fourOf(pixels: u32): v128 {
  let four = v128.load32_zero((pixels << 2) & 1020, TABLE);
  four = v128.load32_lane((pixels >> 6) & 1020, four, 1, TABLE);
  four = v128.load32_lane((pixels >> 14) & 1020, four, 2, TABLE);
  return v128.load32_lane((pixels >> 22) & 1020, four, 3, TABLE);
}

/** Prefetch: reads one byte of every cache line of the batch's rows, so that the cache misses overlap. */
function touchRows(rows: usize, index: usize, batch: i32, rowBytes: usize): void {
  let seen: u32 = 0;
  for (let i = 0; i < batch; i++) {
    const row = rowAt(rows, index, i, rowBytes);
    for (let at: usize = 0; at < rowBytes; at += LINE) seen |= load<u8>(row + at);
  }
  store<u32>(SEEN, seen); // The compiler could drop an unused result, and the reads with it.
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
