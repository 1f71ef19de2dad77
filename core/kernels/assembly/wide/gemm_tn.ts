// The sums of ../gemm_rows.ts in the same order, for a V8 that joins pairs of 128-bit instructions into 256-bit ones
// (--experimental-wasm-revectorize, on x86-64 with AVX2). The two halves of a pair are separate sums, so joining them
// changes no bit; where nothing is joined, the kernel gives the same bits at a third of the speed.
//
// V8 joins two loads or stores of adjacent vectors if they use the same variable with offsets 16 apart and no bounds
// check lies between them, and it omits the check only for constant addresses inside the declared memory. So the panel
// and the sums have constant addresses, each held in a variable. The compiler must not fold the offsets into them,
// which is why this file is compiled without optimization (../../compile.ts) and why the variables are `let`, not
// `const`.
//
// One tile is 5 rows by 16 columns of c: ten pairs of sums. A panel of b, 64 rows of 16 columns, is copied to a
// constant address and reused for all rows of c. The numbers of a are read in place, each broadcast to a vector: one
// vector serves both halves of a pair, and may keep its bounds check.
import { KEPT, KEPT_TILES, ROWS_PANEL, SUMS, TILE_SUMS } from "./layout";
import { keepSums, takeSums } from "./sums";
import { copyRows } from "../spread";

@inline
const FLOAT: usize = 4;
/** Rows of b in a panel, not counting those left over after whole PARTs. */
@inline
const DEPTH: i32 = 64;
@inline
const PART: i32 = 8;
@inline
const TILE_ROWS: i32 = 5;
@inline
const TILE_COLUMNS: i32 = 16;
/** Bytes of a row of the panel, and of the sums. */
@inline
const PANEL_ROW: usize = 64;

/**
 * c[M,N] = a[K,M]ᵀ · b[K,N]; rows of a are `aRow` numbers apart. Reads, but never uses, up to 16 bytes past the end of
 * a and up to 60 bytes past the end of b.
 */
export function gemmTn(c: usize, a: usize, aRow: i32, b: usize, M: i32, N: i32, K: i32): void {
  for (let n = 0; n < N; n += TILE_COLUMNS) {
    for (let first = 0; first < M; first += TILE_ROWS * KEPT_TILES) {
      const end = min(M, first + TILE_ROWS * KEPT_TILES);
      columnsOf(c, a, aRow, b, n, first, end, N, K);
    }
  }
}

/** The columns from n on of the rows from `first` to `end`. */
function columnsOf(
  c: usize,
  a: usize,
  aRow: i32,
  b: usize,
  n: i32,
  first: i32,
  end: i32,
  N: i32,
  K: i32,
): void {
  const rowBytes = <usize> N * FLOAT;
  const columns = min(TILE_COLUMNS, N - n);
  for (let k = 0; k < K; k += DEPTH) {
    const depth = min(DEPTH, K - k);
    const isLast = k + DEPTH >= K;
    fillPanel(b + <usize> (k * N + n) * FLOAT, rowBytes, depth);
    let kept = KEPT;
    for (let m = first; m < end; m += TILE_ROWS) {
      const rows = min(TILE_ROWS, end - m);
      const at = <usize> (m * N + n) * FLOAT;
      if (k > 0) takeSums(kept);
      tile(a + <usize> (k * aRow + m) * FLOAT, <usize> aRow * FLOAT, depth, k > 0);
      if (!isLast) keepSums(kept);
      else putSums(c + at, rowBytes, rows, columns);
      kept += TILE_SUMS;
    }
  }
}

/** Copies rows of b to the panel. Rows left over after whole PARTs have their own place behind the others. */
function fillPanel(b: usize, rowBytes: usize, depth: i32): void {
  let panel = ROWS_PANEL;
  const parts = depth / PART;
  do {
    // unroll $WHOLE < 8
    if (parts <= $WHOLE) break;
    // unroll $ROW < 8
    // unroll $J < 4
    v128.store(panel, v128.load(b, $J * 16), ($WHOLE * 8 + $ROW) * 64 + $J * 16);
    // end unroll
    b += rowBytes;
    // end unroll
    // end unroll
  } while (false);
  const left = depth % PART;
  do {
    // unroll $ROW < 7
    if (left <= $ROW) break;
    // unroll $J < 4
    v128.store(panel, v128.load(b, $J * 16), (64 + $ROW) * 64 + $J * 16);
    // end unroll
    b += rowBytes;
    // end unroll
  } while (false);
}

/** SUMS[5,16] = (go on ? SUMS : 0) + a[depth,5]ᵀ · panel[depth,16]; rows of a are `step` bytes apart. */
function tile(a: usize, step: usize, depth: i32, goOn: bool): void {
  let panel = ROWS_PANEL;
  let sums = SUMS;
  let x: v128, y0: v128, y1: v128, y2: v128, y3: v128;
  const zero = f32x4.splat(0);
  // unroll $M < 5
  // unroll $J < 4
  let s$M$J = zero;
  // end unroll
  // end unroll
  if (goOn) {
    // unroll $M < 5
    // unroll $J < 4
    s$M$J = v128.load(sums, $M * 64 + $J * 16);
    // end unroll
    // end unroll
  }
  // V8 broadcasts a number to a joined pair only if its offset is not 0.
  a -= FLOAT;
  const parts = depth / PART;
  do {
    // unroll $WHOLE < 8
    if (parts <= $WHOLE) break;
    // unroll $ROW < 8
    // unroll $J < 4
    y$J = v128.load(panel, ($WHOLE * 8 + $ROW) * 64 + $J * 16);
    // end unroll
    // unroll $M < 5
    x = v128.load32_splat(a, $M * 4 + 4);
    // unroll $J < 4
    s$M$J = f32x4.add(s$M$J, f32x4.mul(x, y$J));
    // end unroll
    // end unroll
    a += step;
    // end unroll
    // end unroll
  } while (false);
  const left = depth % PART;
  do {
    // unroll $ROW < 7
    if (left <= $ROW) break;
    // unroll $J < 4
    y$J = v128.load(panel, (64 + $ROW) * 64 + $J * 16);
    // end unroll
    // unroll $M < 5
    x = v128.load32_splat(a, $M * 4 + 4);
    // unroll $J < 4
    s$M$J = f32x4.add(s$M$J, f32x4.mul(x, y$J));
    // end unroll
    // end unroll
    a += step;
    // end unroll
  } while (false);
  // unroll $M < 5
  // unroll $J < 4
  v128.store(sums, s$M$J, $M * 64 + $J * 16);
  // end unroll
  // end unroll
}

function putSums(c: usize, rowBytes: usize, rows: i32, columns: i32): void {
  let sums = SUMS;
  if (columns < TILE_COLUMNS) {
    copyRows(c, rowBytes, SUMS, PANEL_ROW, rows, columns);
    return;
  }
  do {
    // unroll $M < 5
    if (rows <= $M) break;
    // unroll $J < 4
    v128.store(c, v128.load(sums, $M * 64 + $J * 16), $J * 16);
    // end unroll
    c += rowBytes;
    // end unroll
  } while (false);
}
