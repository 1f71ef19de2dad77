/**
 * The kernels with matrix products for a V8 that joins pairs of 128-bit instructions into 256-bit ones: the same bits
 * as wasm.ts, nearly twice as fast there, and slower where V8 does not do it. What computes with them is decided in
 * pipeline/stages/backend.ts.
 */
import { arranged, spreadOut } from "./spread_rows.ts";
import type { Kernels, MatrixKernels } from "./kernels.ts";
import { computed, wasm } from "./wasm.ts";
import * as native from "./wide.wasm";

/** Columns of a wide tile of gemmTn: for each so many columns of the product, a is read once. */
const TILE_COLUMNS = 16;
/** Products with fewer rows, columns or sums than these fill too little of a wide tile; the others do them. */
const LEAST = { nt: { m: 8, n: 6, k: 16 }, tn: { m: 4, n: 9, k: 8 } };
/** Numbers of a left operand that would leave the caches: gemmTn reads it anew for every 16 columns. */
const MOST = 2_097_152;

const matrix: Omit<MatrixKernels, "columnSum"> = {
  gemmNt(c, a, b, bias, accumulate) {
    const m = a.shape[0], k = a.shape[1], n = b.shape[0];
    if (isBelow(LEAST.nt, m, n, k)) return wasm.gemmNt(c, a, b, bias, accumulate);
    computed(c, accumulate, (to) => native.gemmNt(to, a.ptr, b.ptr, bias === null ? 0 : bias.ptr, m, n, k));
  },
  gemmTn(c, a, b, accumulate) {
    const k = a.shape[0], m = a.shape[1], n = b.shape[1];
    if (isForOthersTn(m, n, k)) return wasm.gemmTn(c, a, b, accumulate);
    spreadOut(a, n / TILE_COLUMNS, (from, row) => {
      computed(c, accumulate, (to) => native.gemmTn(to, from, row, b.ptr, m, n, k, 0, 0));
    });
  },
  descendTn(p, a, b, rate, scratch) {
    const k = a.shape[0], m = a.shape[1], n = b.shape[1];
    if (isForOthersTn(m, n, k)) return wasm.descendTn(p, a, b, rate, scratch);
    spreadOut(a, n / TILE_COLUMNS, (from, row) => native.gemmTn(scratch.ptr, from, row, b.ptr, m, n, k, p.ptr, -rate));
  },
  gemmNn(c, a, b, accumulate) {
    const m = a.shape[0], k = a.shape[1], n = b.shape[1];
    if (isForOthersTn(m, n, k)) return wasm.gemmNn(c, a, b, accumulate);
    arranged(native.transpose, a, k, m, (from, row) => {
      computed(c, accumulate, (to) => native.gemmTn(to, from, row, b.ptr, m, n, k, 0, 0));
    });
  },
};

/** Every kernel, with the wide products. */
export const wide: Kernels = { ...wasm, ...matrix };

function isBelow(least: { m: number; n: number; k: number }, m: number, n: number, k: number): boolean {
  return m < least.m || n < least.n || k < least.k;
}

/** Whether a product that gemmTn could do is done faster by the plain kernels. */
function isForOthersTn(m: number, n: number, k: number): boolean {
  return isBelow(LEAST.tn, m, n, k) || k * m > MOST;
}
