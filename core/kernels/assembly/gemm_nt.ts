// c[M,N] = a[M,K] · b[N,K]ᵀ + bias[N]. Both operands are contiguous along k, so a dot product reads whole vectors of
// both, and neither has to be transposed or padded.
//
// One tile is 2 rows of a by 5 rows of b: ten vectors of sums, which together with two of a and one of b just fit into
// the sixteen registers of x86-64, and 7 loads per 20 arithmetic instructions. At the lower and right edges a tile
// repeats the last row: it computes some sums twice and stores the same bits twice.
import { FLOAT, joinFour, joinLanes, VECTOR } from "./vector";

/** How many numbers of a are processed together: 256 kB. */
const BLOCK_FLOATS: i32 = 65536;

/** `bias` 0: none. */
export function gemmNt(c: usize, a: usize, b: usize, bias: usize, M: i32, N: i32, K: i32): void {
  // Some rows of a stay in the second-level cache while all of b passes by; of b, five rows stay in the first-level
  // cache while those rows of a pass by.
  const block = max(2, BLOCK_FLOATS / K & ~1);
  for (let first = 0; first < M; first += block) {
    const end = min(first + block, M);
    for (let n = 0; n < N; n += 5) {
      for (let m = first; m < end; m += 2) tile(c, a, b, bias, m, n, M, N, K);
    }
  }
}

function tile(c: usize, a: usize, b: usize, bias: usize, m: i32, n: i32, M: i32, N: i32, K: i32): void {
  const rowBytes = <usize> K * FLOAT;
  const m1 = min(m + 1, M - 1);
  const n1 = min(n + 1, N - 1);
  const n2 = min(n + 2, N - 1);
  const n3 = min(n + 3, N - 1);
  const n4 = min(n + 4, N - 1);
  let a0 = a + <usize> m * rowBytes;
  let a1 = a + <usize> m1 * rowBytes;
  let b0 = b + <usize> n * rowBytes;
  let b1 = b + <usize> n1 * rowBytes;
  let b2 = b + <usize> n2 * rowBytes;
  let b3 = b + <usize> n3 * rowBytes;
  let b4 = b + <usize> n4 * rowBytes;
  let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00, s04 = s00;
  let s10 = s00, s11 = s00, s12 = s00, s13 = s00, s14 = s00;
  let x0: v128, x1: v128, y: v128;

  // Long rows 28 vectors a turn (an MNIST image is 7 * 28), what is left of them 4 a turn, then single vectors.
  let vectors = K / 4;
  for (; vectors >= 28; vectors -= 28) {
    // unroll $STEP < 28
    x0 = v128.load(a0, $STEP * 16);
    x1 = v128.load(a1, $STEP * 16);
    // unroll $J < 5
    y = v128.load(b$J, $STEP * 16);
    s0$J = f32x4.add(s0$J, f32x4.mul(x0, y));
    s1$J = f32x4.add(s1$J, f32x4.mul(x1, y));
    // end unroll
    // end unroll
    a0 += 28 * VECTOR;
    a1 += 28 * VECTOR;
    // unroll $J < 5
    b$J += 28 * VECTOR;
    // end unroll
  }
  for (; vectors >= 4; vectors -= 4) {
    // unroll $STEP < 4
    x0 = v128.load(a0, $STEP * 16);
    x1 = v128.load(a1, $STEP * 16);
    // unroll $J < 5
    y = v128.load(b$J, $STEP * 16);
    s0$J = f32x4.add(s0$J, f32x4.mul(x0, y));
    s1$J = f32x4.add(s1$J, f32x4.mul(x1, y));
    // end unroll
    // end unroll
    a0 += 4 * VECTOR;
    a1 += 4 * VECTOR;
    // unroll $J < 5
    b$J += 4 * VECTOR;
    // end unroll
  }
  for (; vectors > 0; vectors--) {
    x0 = v128.load(a0);
    x1 = v128.load(a1);
    // unroll $J < 5
    y = v128.load(b$J);
    s0$J = f32x4.add(s0$J, f32x4.mul(x0, y));
    s1$J = f32x4.add(s1$J, f32x4.mul(x1, y));
    // end unroll
    a0 += VECTOR;
    a1 += VECTOR;
    // unroll $J < 5
    b$J += VECTOR;
    // end unroll
  }

  // The pointers now stand at the products that fill no vector.
  const rest = K % 4;
  const c0 = c + <usize> (m * N) * FLOAT;
  const c1 = c + <usize> (m1 * N) * FLOAT;
  if (n + 3 < N) {
    let sums0 = joinFour(s00, s01, s02, s03);
    let sums1 = joinFour(s10, s11, s12, s13);
    for (let k: usize = 0; k < <usize> rest * FLOAT; k += FLOAT) {
      y = v128.load32_zero(b0 + k);
      y = v128.load32_lane(b1 + k, y, 1);
      y = v128.load32_lane(b2 + k, y, 2);
      y = v128.load32_lane(b3 + k, y, 3);
      sums0 = f32x4.add(sums0, f32x4.mul(v128.load32_splat(a0 + k), y));
      sums1 = f32x4.add(sums1, f32x4.mul(v128.load32_splat(a1 + k), y));
    }
    finishFour(c0, bias, n, sums0);
    finishFour(c1, bias, n, sums1);
  } else {
    finish(c0, c1, bias, n, s00, s10, a0, a1, b0, rest);
    finish(c0, c1, bias, n1, s01, s11, a0, a1, b1, rest);
    finish(c0, c1, bias, n2, s02, s12, a0, a1, b2, rest);
    finish(c0, c1, bias, n3, s03, s13, a0, a1, b3, rest);
  }
  finish(c0, c1, bias, n4, s04, s14, a0, a1, b4, rest);
}

/** Adds the bias to four sums of neighbouring columns, from n on, and stores them. */
function finishFour(c: usize, bias: usize, n: i32, sums: v128): void {
  const column = <usize> n * FLOAT;
  v128.store(c + column, bias == 0 ? sums : f32x4.add(sums, v128.load(bias + column)));
}

/** Joins the lanes of two sums of column n, adds the last products and the bias, and stores both. */
function finish(
  c0: usize,
  c1: usize,
  bias: usize,
  n: i32,
  s0: v128,
  s1: v128,
  a0: usize,
  a1: usize,
  b: usize,
  rest: i32,
): void {
  let sum0 = joinLanes(s0);
  let sum1 = joinLanes(s1);
  for (let k: usize = 0; k < <usize> rest * FLOAT; k += FLOAT) {
    const y = load<f32>(b + k);
    sum0 += load<f32>(a0 + k) * y;
    sum1 += load<f32>(a1 + k) * y;
  }
  const column = <usize> n * FLOAT;
  if (bias != 0) {
    const added = load<f32>(bias + column);
    sum0 += added;
    sum1 += added;
  }
  store<f32>(c0 + column, sum0);
  store<f32>(c1 + column, sum1);
}
