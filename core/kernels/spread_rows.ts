/**
 * Operands of matrix products copied to another row stride, so that the rows read together fit the first-level cache:
 * rows a multiple of 2 KiB apart share a few of its sets and would evict each other.
 */
import type { F32 } from "./kernels.ts";
import * as native from "./kernels.wasm";
import { allocate, mark, release } from "./memory.ts";

const FLOAT_BYTES = 4;
/** Numbers in a cache line. */
const LINE = 16;
/** Rows a multiple of this many numbers apart share cache sets. */
const COLLIDING = 512;
/** A copy pays off for operands that are read at least this often. */
const WORTH_COPYING = 3;

/** Copies a `[rows, columns]` matrix, as it is or transposed, to rows that are `outRow` numbers apart. */
export type CopyRows = (out: number, outRow: number, a: number, rows: number, columns: number) => void;

/** Calls `compute` with the address and row stride of `a`, or of a copy if its rows collide and `reads` are many. */
export function withSpreadRows(a: F32, reads: number, compute: (from: number, row: number) => void): void {
  const [rows, columns] = a.shape;
  if (columns % COLLIDING !== 0 || reads < WORTH_COPYING) return compute(a.ptr, columns);
  withCopiedRows(native.spread, a, rows, columns, compute);
}

/** Calls `compute` with a copy of `a` by `copy`: `[rows, columns]`, its rows an odd number of cache lines apart. */
export function withCopiedRows(
  copy: CopyRows,
  a: F32,
  rows: number,
  columns: number,
  compute: (from: number, row: number) => void,
): void {
  const row = Math.ceil(columns / (2 * LINE)) * 2 * LINE + LINE;
  const before = mark();
  try {
    const to = allocate(rows * row * FLOAT_BYTES);
    copy(to, row, a.ptr, a.shape[0], a.shape[1]);
    compute(to, row);
  } finally {
    release(before);
  }
}
