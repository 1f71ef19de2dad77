/**
 * Copies operands of matrix products to another row stride, so the rows that are read together fit in the first-level
 * cache. Rows that are a multiple of 2 KiB apart share a few of its sets and would evict each other.
 */
import type { F32 } from "./kernels.ts";
import * as native from "./kernels.wasm";
import { allocate, mark, release } from "./memory.ts";

const FLOAT_BYTES = 4;
/** Number of float32 in a cache line. */
const LINE = 16;
/** Rows whose distance is a multiple of this number of float32 share cache sets. */
const COLLIDING = 512;
/** The number of reads of an operand from which a copy pays off. */
const MIN_READS = 3;

/** Copies a `[rows, columns]` matrix, unchanged or transposed, to rows that are `outRow` float32 apart. */
export type CopyRows = (out: number, outRow: number, a: number, rows: number, columns: number) => void;

/** Calls `compute` with the address and row stride of `a`, or of a copy if its rows collide and it is read often enough. */
export function withSpreadRows(a: F32, reads: number, compute: (from: number, row: number) => void): void {
  const [rows, columns] = a.shape;
  if (columns % COLLIDING !== 0 || reads < MIN_READS) return compute(a.ptr, columns);
  withCopiedRows(native.spread, a, rows, columns, compute);
}

/** Calls `compute` with a copy of `a` made by `copy`: `[rows, columns]`, its rows an odd number of cache lines apart. */
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
