/** The matrix product, torch.matmul for two matrices. */
import type { Op } from "./op.ts";
import { matrix, mustMatch } from "./shapes.ts";

/** C = A·B with A `[M, K]`, B `[K, N]`; C is `[M, N]`. */
export const matmul: Op = {
  name: "matmul",
  shape([a, b]) {
    const [rows, inner] = matrix("matmul", "a", a);
    const [innerOfB, columns] = matrix("matmul", "b", b);
    mustMatch("matmul", "the columns of a and the rows of b", inner, innerOfB, [a, b]);
    return [rows, columns];
  },
  forward(k, out, [a, b]) {
    k.gemmNn(out, a, b, false);
  },
  /** dA = dC·Bᵀ, dB = Aᵀ·dC. */
  backward(k, gradient, _out, [a, b], [da, db]) {
    if (da) k.gemmNt(da.gradient, gradient, b, null, da.accumulate);
    if (db) k.gemmTn(db.gradient, a, gradient, db.accumulate);
  },
  backwardReads: { inputs: [0, 1], out: false },
  cases: [{ shapes: [[3, 4], [4, 2]] }, { shapes: [[1, 1], [1, 1]] }, { shapes: [[5, 9], [9, 7]] }],
};
