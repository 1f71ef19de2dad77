// Rows of a matrix put farther apart: ../arranged.ts says when and why.
import { FLOAT } from "./vector";

/** out[M,N] = a[M,N], its rows `outRow` numbers apart. */
export function spread(out: usize, outRow: i32, a: usize, M: i32, N: i32): void {
  const rowBytes = <usize> N * FLOAT;
  for (let m = 0; m < M; m++) {
    memory.copy(out, a, rowBytes);
    out += <usize> outRow * FLOAT;
    a += rowBytes;
  }
}
