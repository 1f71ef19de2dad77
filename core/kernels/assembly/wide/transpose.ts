// The transpose of a matrix: gemm_tn.ts computes a·b as (aᵀ)ᵀ·b.
@inline
const FLOAT: usize = 4;

/** out[N,M] = a[M,N]ᵀ with its rows `outRow` numbers apart: 4 by 4 blocks, the rest one by one. */
export function transpose(out: usize, outRow: i32, a: usize, M: i32, N: i32): void {
  const wholeM = M & ~3;
  const wholeN = N & ~3;
  for (let m = 0; m < wholeM; m += 4) {
    for (let n = 0; n < wholeN; n += 4) {
      transposeBlock(
        out + <usize> (n * outRow + m) * FLOAT,
        <usize> outRow * FLOAT,
        a + <usize> (m * N + n) * FLOAT,
        <usize> N * FLOAT,
      );
    }
    transposeRest(out, outRow, a, m, m + 4, wholeN, N, N);
  }
  transposeRest(out, outRow, a, wholeM, M, 0, N, N);
}

/** Four rows of four numbers become four columns. */
function transposeBlock(out: usize, outRow: usize, a: usize, aRow: usize): void {
  const row0 = v128.load(a);
  const row1 = v128.load(a + aRow);
  const row2 = v128.load(a + 2 * aRow);
  const row3 = v128.load(a + 3 * aRow);
  const low01 = v128.shuffle<f32>(row0, row1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(row0, row1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(row2, row3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(row2, row3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(out + outRow, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(out + 2 * outRow, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(out + 3 * outRow, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** Rows `m` to `mEnd` and columns `n` to `nEnd`, the ends excluded. */
function transposeRest(out: usize, outRow: i32, a: usize, m: i32, mEnd: i32, n: i32, nEnd: i32, N: i32): void {
  for (; m < mEnd; m++) {
    for (let at = n; at < nEnd; at++) {
      store<f32>(out + <usize> (at * outRow + m) * FLOAT, load<f32>(a + <usize> (m * N + at) * FLOAT));
    }
  }
}
