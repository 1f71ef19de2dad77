// The sums of ../gemm_nt.ts in the same order, for a V8 that joins pairs of 128-bit instructions: see gemm_tn.ts.
//
// One tile is 2 rows of a by 10 rows of b: twenty vectors of sums, paired across adjacent rows of b. b is copied to a
// panel at a constant address, where the vectors of a pair are adjacent too, and stays there for up to 128 rows of a. A
// vector of a serves both halves of a pair, and may keep its bounds check. A tile takes up to 98 vectors of k (an MNIST
// image is 2 * 98): more would not fit the processor's cache of decoded instructions. Where k is longer, the sums are
// saved between its pieces.
import { DOTS_PANEL, KEPT, KEPT_TILES, SUMS, TILE_SUMS } from "./layout";
import { keepSums, takeSums } from "./sums";

@inline
const FLOAT: usize = 4;
@inline
const VECTOR: usize = 16;
@inline
const TILE_COLUMNS: i32 = 10;
/** The most vectors of k in a piece, not counting those left over after whole PARTs. */
@inline
const DEPTH: i32 = 98;
@inline
const PART: i32 = 7;
/** Bytes of a panel's vectors of one k, and of a row's sums. */
@inline
const PANEL_ROW: usize = 160;

/** c[M,N] = a[M,K] · b[N,K]ᵀ + bias[N]; `bias` 0: none. K is 4 or more. */
export function gemmNt(c: usize, a: usize, b: usize, bias: usize, M: i32, N: i32, K: i32): void {
  for (let first = 0; first < M; first += 2 * KEPT_TILES) {
    const end = min(M, first + 2 * KEPT_TILES);
    for (let n = 0; n < N; n += TILE_COLUMNS) dots(c, a, b, bias, first, end, n, M, N, K);
  }
}

/** The columns from n on of the rows from `first` to `end`. */
function dots(
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  first: i32,
  end: i32,
  n: i32,
  M: i32,
  N: i32,
  K: i32,
): void {
  const rowBytes = <usize> K * FLOAT;
  const vectors = K / 4;
  const piece = pieceOf(vectors);
  const isWhole = n + TILE_COLUMNS <= N && K % 4 == 0;
  for (let k = 0; k < vectors; k += piece) {
    const depth = min(piece, vectors - k);
    const isLast = k + piece >= vectors;
    const aAt = a + <usize> k * VECTOR;
    fillPanel(b + <usize> k * VECTOR, rowBytes, n, N, depth);
    let kept = KEPT;
    for (let m = first; m < end; m += 2) {
      const m1 = min(m + 1, M - 1);
      if (k > 0) takeSums(kept);
      tile(aAt + <usize> m * rowBytes, aAt + <usize> m1 * rowBytes, depth, k > 0);
      if (!isLast) keepSums(kept);
      kept += TILE_SUMS;
      if (!isLast) continue;
      if (isWhole) {
        const at = <usize> n * FLOAT;
        finishWhole(c + <usize> (m * N) * FLOAT + at, c + <usize> (m1 * N) * FLOAT + at, bias == 0 ? 0 : bias + at);
      } else {
        finish(c, a, b, bias, SUMS, m, n, N, K);
        finish(c, a, b, bias, m1 > m ? SUMS + PANEL_ROW : SUMS, m1, n, N, K);
      }
    }
  }
}

/** Vectors of k in a piece: pieces of about equal size, all but the last made of whole PARTs. */
function pieceOf(vectors: i32): i32 {
  const pieces = (vectors + DEPTH - 1) / DEPTH;
  const each = (vectors + pieces - 1) / pieces;
  return min(DEPTH, (each + PART - 1) / PART * PART);
}

/**
 * Copies vectors of ten rows of b, from row n on, to the panel; those left over after whole PARTs have their own place.
 */
function fillPanel(b: usize, rowBytes: usize, n: i32, N: i32, depth: i32): void {
  const whole = depth - depth % PART;
  for (let j = 0; j < TILE_COLUMNS; j++) {
    let from = b + <usize> min(n + j, N - 1) * rowBytes;
    let to = DOTS_PANEL + <usize> j * VECTOR;
    const behind = from + <usize> whole * VECTOR;
    while (from < behind) {
      v128.store(to, v128.load(from));
      from += VECTOR;
      to += PANEL_ROW;
    }
    to = DOTS_PANEL + <usize> DEPTH * PANEL_ROW + <usize> j * VECTOR;
    const end = behind + <usize> (depth - whole) * VECTOR;
    while (from < end) {
      v128.store(to, v128.load(from));
      from += VECTOR;
      to += PANEL_ROW;
    }
  }
}

/** SUMS[2,10] = (goOn ? SUMS : 0) + the products of `depth` vectors of two rows of a with the panel. */
function tile(a0: usize, a1: usize, depth: i32, goOn: bool): void {
  let panel = DOTS_PANEL;
  let sums = SUMS;
  let x0: v128, x1: v128, y: v128;
  const zero = f32x4.splat(0);
  // unroll $J < 10
  let s$J = zero;
  let t$J = zero;
  // end unroll
  if (goOn) {
    // unroll $J < 10
    s$J = v128.load(sums, $J * 16);
    t$J = v128.load(sums, $J * 16 + 160);
    // end unroll
  }
  const parts = depth / PART;
  do {
    // unroll $WHOLE < 14
    if (parts <= $WHOLE) break;
    // unroll $STEP < 7
    x0 = v128.load(a0, ($WHOLE * 7 + $STEP) * 16);
    x1 = v128.load(a1, ($WHOLE * 7 + $STEP) * 16);
    // unroll $J < 10
    y = v128.load(panel, ($WHOLE * 7 + $STEP) * 160 + $J * 16);
    s$J = f32x4.add(s$J, f32x4.mul(x0, y));
    t$J = f32x4.add(t$J, f32x4.mul(x1, y));
    // end unroll
    // end unroll
    // end unroll
  } while (false);
  const left = depth % PART;
  a0 += <usize> (parts * PART) * VECTOR;
  a1 += <usize> (parts * PART) * VECTOR;
  do {
    // unroll $STEP < 6
    if (left <= $STEP) break;
    x0 = v128.load(a0, $STEP * 16);
    x1 = v128.load(a1, $STEP * 16);
    // unroll $J < 10
    y = v128.load(panel, (98 + $STEP) * 160 + $J * 16);
    s$J = f32x4.add(s$J, f32x4.mul(x0, y));
    t$J = f32x4.add(t$J, f32x4.mul(x1, y));
    // end unroll
    // end unroll
  } while (false);
  // unroll $J < 10
  v128.store(sums, s$J, $J * 16);
  // end unroll
  // unroll $J < 10
  v128.store(sums, t$J, $J * 16 + 160);
  // end unroll
}

/**
 * Joins the lanes of both rows' ten sums, adds the bias and stores them. Where a has no second row, stores the first
 * twice.
 */
function finishWhole(c0: usize, c1: usize, bias: usize): void {
  let sums = SUMS;
  let z: v128, half: v128;
  // unroll $ROW < 2
  // unroll $FOUR < 2
  half = joinNeighbours(v128.load(sums, $ROW * 160 + $FOUR * 64), v128.load(sums, $ROW * 160 + $FOUR * 64 + 16));
  z = joinNeighbours(v128.load(sums, $ROW * 160 + $FOUR * 64 + 32), v128.load(sums, $ROW * 160 + $FOUR * 64 + 48));
  z = joinNeighbours(half, z);
  if (bias != 0) z = f32x4.add(z, v128.load(bias, $FOUR * 16));
  v128.store(c$ROW, z, $FOUR * 16);
  // end unroll
  half = joinNeighbours(v128.load(sums, $ROW * 160 + 128), v128.load(sums, $ROW * 160 + 144));
  z = joinNeighbours(half, half);
  if (bias != 0) z = f32x4.add(z, v128.load64_zero(bias, 32));
  v128.store64_lane(c$ROW, z, 0, 32);
  // end unroll
}

/** The same for one row at an edge: with fewer than ten columns, or with products left over after whole vectors. */
function finish(c: usize, a: usize, b: usize, bias: usize, sums: usize, m: i32, n: i32, N: i32, K: i32): void {
  const columns = min(TILE_COLUMNS, N - n);
  const rest = <usize> (K % 4) * FLOAT;
  const aEnd = a + <usize> (m + 1) * <usize> K * FLOAT;
  let bEnd = b + <usize> (n + 1) * <usize> K * FLOAT;
  let to = c + <usize> (m * N + n) * FLOAT;
  for (let j = 0; j < columns; j++) {
    let sum = (load<f32>(sums) + load<f32>(sums, 4)) + (load<f32>(sums, 8) + load<f32>(sums, 12));
    for (let k = rest; k > 0; k -= FLOAT) sum += load<f32>(aEnd - k) * load<f32>(bEnd - k);
    if (bias != 0) sum += load<f32>(bias + <usize> (n + j) * FLOAT);
    store<f32>(to, sum);
    sums += VECTOR;
    bEnd += <usize> K * FLOAT;
    to += FLOAT;
  }
}

/** a0 + a1, a2 + a3, b0 + b1, b2 + b3. */
function joinNeighbours(a: v128, b: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
}
