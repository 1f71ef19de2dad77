/** Operands of matrix products in another place and form, so that the first-level cache holds what is read together. */
import type { F32 } from "./kernels.ts";
import * as native from "./kernels.wasm";
import { allocate, mark, release } from "./memory.ts";

const FLOAT_BYTES = 4;
/** Numbers of a cache line, and of rows whose lines collide. */
const LINE = 16;
const COLLIDING = 512;
/** From so many readings of an operand on, a copy of it gains time. */
const FEW_TIMES = 3;

/** What copies rows to rows that are `outRow` numbers apart, turned or not. */
export type Arrange = (out: number, outRow: number, a: number, rows: number, columns: number) => void;

/**
 * Lets `compute` read the rows of a from where they do not evict each other: rows a multiple of 2 KiB apart share a few
 * sets of the first-level cache, and 64 of them are read at a time. Not worth a copy where a is read only a few `times`.
 */
export function spreadOut(a: F32, times: number, compute: (from: number, row: number) => void): void {
  const rows = a.shape[0], columns = a.shape[1];
  if (columns % COLLIDING !== 0 || times < FEW_TIMES) return compute(a.ptr, columns);
  arranged(native.spread, a, rows, columns, compute);
}

/** Lets `compute` read a as `arrange` puts it: rows of `columns` numbers, an odd number of cache lines apart. */
export function arranged(
  arrange: Arrange,
  a: F32,
  rows: number,
  columns: number,
  compute: (from: number, row: number) => void,
): void {
  const row = Math.ceil(columns / (2 * LINE)) * 2 * LINE + LINE;
  const before = mark();
  try {
    const to = allocate(rows * row * FLOAT_BYTES);
    arrange(to, row, a.ptr, a.shape[0], a.shape[1]);
    compute(to, row);
  } finally {
    release(before);
  }
}
