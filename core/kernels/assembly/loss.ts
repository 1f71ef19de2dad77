// Softmax of rows, the negative log-likelihood of the labels, and sums.
import { exp4, flushed, log4 } from "./math";
import { FLOAT, put, putOrAdd, splat, VECTOR } from "./vector";

export function softmaxRows(out: usize, x: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize> columns * FLOAT;
  const end = out + <usize> rows * rowBytes;
  let to = out;
  for (; to < end; to += rowBytes) {
    const max = splat(largest(x, columns));
    for (let c = 0; c < columns; c += 4) {
      const at = <usize> c * FLOAT;
      // Whole vectors, even where one extends into the next row, which is written later; but not in the last row.
      const value = f32x4.sub(v128.load(x + at), max);
      if (to + at + VECTOR <= end) v128.store(to + at, value);
      else put(to + at, value, columns - c);
    }
    x += rowBytes;
  }
  // All rows in one loop: an exponential is a long dependency chain, and the processor overlaps several.
  for (let left = rows * columns, at = out; left > 0; left -= 4, at += VECTOR) put(at, flushedExp(v128.load(at)), left);
  for (to = out; to < end; to += rowBytes) {
    let sum: f32 = 0;
    for (let at: usize = 0; at < rowBytes; at += FLOAT) sum += load<f32>(to + at);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize> c * FLOAT;
      put(to + at, flushed(f32x4.div(v128.load(to + at), splat(sum))), columns - c);
    }
  }
}

/** `flushed(exp4(x))` without computing denormals: below -87.5 the result is less than 2^-126. */
function flushedExp(x: v128): v128 {
  const low = f32x4.lt(x, splat(-87.5));
  return flushed(v128.andnot(exp4(v128.andnot(x, low)), low));
}

/** The maximum of a row, NaN if there is one; it does not depend on the order. */
function largest(x: usize, columns: i32): f32 {
  if (columns < 4) {
    let max = load<f32>(x);
    for (let c = 1; c < columns; c++) max = f32.max(max, load<f32>(x + <usize> c * FLOAT));
    return max;
  }
  // Where the columns are not a multiple of 4, the last vector overlaps the one before it.
  const last = x + <usize> (columns - 4) * FLOAT;
  let four = v128.load(last);
  for (; x < last; x += VECTOR) four = f32x4.max(four, v128.load(x));
  four = f32x4.max(four, v128.shuffle<f32>(four, four, 2, 3, 0, 1));
  return f32.max(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1));
}

export function softmaxRowsBackward(dx: usize, dout: usize, p: usize, rows: i32, columns: i32, accumulate: bool): void {
  const rowBytes = <usize> columns * FLOAT;
  for (; rows > 0; rows--) {
    let sum: f32 = 0;
    for (let at: usize = 0; at < rowBytes; at += FLOAT) sum += load<f32>(dout + at) * load<f32>(p + at);
    for (let c = 0; c < columns; c += 4) {
      const at = <usize> c * FLOAT;
      const gradient = f32x4.mul(v128.load(p + at), f32x4.sub(v128.load(dout + at), splat(sum)));
      putOrAdd(dx + at, flushed(gradient), columns - c, accumulate);
    }
    dx += rowBytes;
    dout += rowBytes;
    p += rowBytes;
  }
}

export function pickLogLoss(rowLoss: usize, p: usize, labels: usize, rows: i32, columns: i32, low: f32): void {
  // Four rows at a time; the last group repeats the last row where rows are missing.
  for (let i = 0; i < rows; i += 4) {
    let picked = v128.load32_zero(entry(p, labels, i, columns));
    // unroll $LANE < 3
    picked = v128.load32_lane(entry(p, labels, min(i + $LANE + 1, rows - 1), columns), picked, $LANE + 1);
    // end unroll
    if (low > 0) picked = f32x4.pmin(f32x4.pmax(picked, splat(low)), splat(1));
    put(rowLoss + <usize> i * FLOAT, f32x4.neg(log4(picked)), rows - i);
  }
}

export function pickLogLossBackward(
  dp: usize,
  dRow: usize,
  p: usize,
  labels: usize,
  rows: i32,
  columns: i32,
  low: f32,
  accumulate: bool,
): void {
  if (!accumulate) memory.fill(dp, 0, <usize> (rows * columns) * FLOAT);
  for (let i = 0; i < rows; i++) {
    const picked = load<f32>(entry(p, labels, i, columns));
    const inside = low > 0 ? picked >= low && picked <= 1 : true;
    if (!inside) continue;
    const target = entry(dp, labels, i, columns);
    const gradient = -load<f32>(dRow + <usize> i * FLOAT) / picked;
    store<f32>(target, accumulate ? load<f32>(target) + gradient : gradient);
  }
}

/** The address of row i's entry for its label. */
function entry(matrix: usize, labels: usize, i: i32, columns: i32): usize {
  return matrix + <usize> (i * columns + <i32> load<u8>(labels + <usize> i)) * FLOAT;
}

export function columnSum(out: usize, a: usize, rows: i32, columns: i32, accumulate: bool): void {
  const rowBytes = <usize> columns * FLOAT;
  for (let c = 0; c < columns; c += 4) {
    const column = <usize> c * FLOAT;
    let from = a + column;
    let sum = splat(0);
    for (let m = 0; m < rows; m++) {
      sum = f32x4.add(sum, v128.load(from));
      from += rowBytes;
    }
    putOrAdd(out + column, sum, columns - c, accumulate);
  }
}

export function sum(out: usize, a: usize, n: i32): void {
  let total: f64 = 0;
  for (; n > 0; n--) {
    total += <f64> load<f32>(a);
    a += FLOAT;
  }
  store<f32>(out, <f32> total);
}
