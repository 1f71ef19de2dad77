// Copies the rows of a matrix to another row stride.
import { FLOAT } from "./vector";

/** out[M,N] = a[M,N] with its rows `outRow` numbers apart; ../spread_rows.ts says when and why. */
export function spread(out: usize, outRow: i32, a: usize, M: i32, N: i32): void {
  copyRows(out, <usize> outRow * FLOAT, a, <usize> N * FLOAT, M, N);
}

/** Copies `rows` x `columns` numbers between two row strides, given in bytes. */
export function copyRows(
  to: usize,
  toRowBytes: usize,
  from: usize,
  fromRowBytes: usize,
  rows: i32,
  columns: i32,
): void {
  for (let m = 0; m < rows; m++) {
    memory.copy(to + <usize> m * toRowBytes, from + <usize> m * fromRowBytes, <usize> columns * FLOAT);
  }
}
