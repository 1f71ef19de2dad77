// c[M,N] = Σ_k a(m, k) * b[k, :]: rows of b, weighted and added, k ascending. The strides of a say how many elements
// its neighbours in m and in k are apart, so one kernel does aᵀ·b and a·b. Rows of b are bRow elements apart.
//
// One tile is 5 rows by 8 columns of c: ten vectors of sums. For each k it loads two vectors of b and five numbers of
// a, each broadcast to a vector. Every tile in a row of tiles reads the same part of a, so 64 values of k are first
// copied to a constant address (see layout.ts), where loads need no bounds check: hence the unrolling over all 64. At
// the lower and right edges a tile computes some sums outside c and stores only those inside.
import { DEPTH, EDGE, PANEL, TILE_COLUMNS, TILE_ROWS } from "./layout";
import { copyRows } from "./spread";
import { FLOAT } from "./vector";

/** Values of k between two checks for the end of the panel. */
const PART: i32 = 8;
/** Row stride of a tile at an edge. */
const EDGE_BYTES: usize = TILE_COLUMNS * FLOAT;

export function gemmRows(
  c: usize,
  a: usize,
  strideM: i32,
  strideK: i32,
  b: usize,
  bRow: i32,
  M: i32,
  N: i32,
  K: i32,
): void {
  const rowBytes = <usize> N * FLOAT;
  const bRowBytes = <usize> bRow * FLOAT;
  // k is the outer loop: its 64 rows of b stay in the second-level cache while all rows of a go by.
  for (let k = 0; k < K; k += DEPTH) {
    const depth = min(DEPTH, K - k);
    const bFrom = b + <usize> k * bRowBytes;
    const goOn = k > 0;
    for (let m = 0; m < M; m += TILE_ROWS) {
      const rows = min(TILE_ROWS, M - m);
      const row = <usize> m * rowBytes;
      fillPanel(a + <usize> (m * strideM + k * strideK) * FLOAT, strideM, strideK, rows, depth);
      for (let n = 0; n < N; n += TILE_COLUMNS) {
        const columns = min(TILE_COLUMNS, N - n);
        const at = <usize> n * FLOAT;
        const cAt = c + row + at;
        if (rows == TILE_ROWS && columns == TILE_COLUMNS) {
          tile(cAt, rowBytes, bFrom + at, bRowBytes, depth, goOn);
        } else {
          if (goOn) copyRows(EDGE, EDGE_BYTES, cAt, rowBytes, rows, columns);
          tile(EDGE, EDGE_BYTES, bFrom + at, bRowBytes, depth, goOn);
          copyRows(cAt, rowBytes, EDGE, EDGE_BYTES, rows, columns);
        }
      }
    }
  }
}

/** Copies part of a to the panel, k by k; rows past the end of a keep their old contents. */
function fillPanel(a: usize, strideM: i32, strideK: i32, rows: i32, depth: i32): void {
  for (let m = 0; m < rows; m++) {
    let from = a + <usize> (m * strideM) * FLOAT;
    let to = PANEL + <usize> m * FLOAT;
    for (let k = 0; k < depth; k++) {
      store<f32>(to, load<f32>(from));
      from += <usize> strideK * FLOAT;
      to += TILE_ROWS * FLOAT;
    }
  }
}

/** c[5,8] = (goOn ? c : 0) + panel[depth,5]ᵀ · b[depth,8]. */
function tile(c: usize, cRowBytes: usize, b: usize, bRowBytes: usize, depth: i32, goOn: bool): void {
  let s00 = f32x4.splat(0), s10 = s00, s20 = s00, s30 = s00, s40 = s00;
  let s01 = s00, s11 = s00, s21 = s00, s31 = s00, s41 = s00;
  const c0 = c;
  const c1 = c0 + cRowBytes;
  const c2 = c1 + cRowBytes;
  const c3 = c2 + cRowBytes;
  const c4 = c3 + cRowBytes;
  if (goOn) {
    // unroll $M < 5
    s$M0 = v128.load(c$M);
    s$M1 = v128.load(c$M, 16);
    // end unroll
  }
  let y0: v128, y1: v128, x: v128;

  const parts = depth / PART;
  do {
    // unroll $WHOLE < 8
    if (parts <= $WHOLE) break;
    // unroll $ROW < 8
    y0 = v128.load(b);
    y1 = v128.load(b, 16);
    // unroll $M < 5
    x = v128.load32_splat(PANEL + ($WHOLE * 8 + $ROW) * 20 + $M * 4);
    s$M0 = f32x4.add(s$M0, f32x4.mul(x, y0));
    s$M1 = f32x4.add(s$M1, f32x4.mul(x, y1));
    // end unroll
    b += bRowBytes;
    // end unroll
    // end unroll
  } while (false);

  const end = PANEL + <usize> (depth * TILE_ROWS) * FLOAT;
  for (let panel = PANEL + <usize> (parts * PART * TILE_ROWS) * FLOAT; panel < end; panel += TILE_ROWS * FLOAT) {
    y0 = v128.load(b);
    y1 = v128.load(b, 16);
    // unroll $M < 5
    x = v128.load32_splat(panel, $M * 4);
    s$M0 = f32x4.add(s$M0, f32x4.mul(x, y0));
    s$M1 = f32x4.add(s$M1, f32x4.mul(x, y1));
    // end unroll
    b += bRowBytes;
  }

  // unroll $M < 5
  v128.store(c$M, s$M0);
  v128.store(c$M, s$M1, 16);
  // end unroll
}
