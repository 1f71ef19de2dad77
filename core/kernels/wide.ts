/**
 * The kernels with matrix products for a V8 that fuses pairs of 128-bit instructions into 256-bit ones: the same bits as
 * wasm.ts, nearly twice as fast there, and slower in any other V8. Importing this module compiles them, so import it
 * only to use them: `{ ...wasmBackend, kernels: wide }`.
 */
import type { Kernels, MatrixKernels } from "./kernels.ts";
import { withCopiedRows, withSpreadRows } from "./spread_rows.ts";
import { storeOrAdd, wasm } from "./wasm.ts";
import * as native from "./wide.wasm";

/** Columns of a gemmTn tile: the kernel reads a once for each tile. */
const TILE_COLUMNS = 16;
/** Products with fewer rows, columns or terms would leave too much of a tile empty; wasm.ts computes them. */
const MIN_SIZES = { nt: { m: 8, n: 6, k: 16 }, tn: { m: 4, n: 9, k: 8 } };
/** The size of the largest left operand, in float32, that stays in the caches: gemmTn reads it once per tile. */
const MAX_SIZE = 2_097_152;

const matrix: Omit<MatrixKernels, "columnSum"> = {
  gemmNt(c, a, b, bias, accumulate) {
    const [m, k] = a.shape;
    const n = b.shape[0];
    if (isBelow(MIN_SIZES.nt, m, n, k)) return wasm.gemmNt(c, a, b, bias, accumulate);
    storeOrAdd(c, accumulate, (to) => native.gemmNt(to, a.ptr, b.ptr, bias === null ? 0 : bias.ptr, m, n, k));
  },
  gemmTn(c, a, b, accumulate) {
    const [k, m] = a.shape;
    const n = b.shape[1];
    if (isBelow(MIN_SIZES.tn, m, n, k) || k * m > MAX_SIZE) return wasm.gemmTn(c, a, b, accumulate);
    withSpreadRows(a, n / TILE_COLUMNS, (from, row) => {
      storeOrAdd(c, accumulate, (to) => native.gemmTn(to, from, row, b.ptr, m, n, k));
    });
  },
  gemmNn(c, a, b, accumulate) {
    const [m, k] = a.shape;
    const n = b.shape[1];
    if (isBelow(MIN_SIZES.tn, m, n, k) || k * m > MAX_SIZE) return wasm.gemmNn(c, a, b, accumulate);
    withCopiedRows(native.transpose, a, k, m, (from, row) => {
      storeOrAdd(c, accumulate, (to) => native.gemmTn(to, from, row, b.ptr, m, n, k));
    });
  },
};

/** All kernels, with the wide products. */
export const wide: Kernels = { ...wasm, ...matrix };

function isBelow(min: { m: number; n: number; k: number }, m: number, n: number, k: number): boolean {
  return m < min.m || n < min.n || k < min.k;
}
