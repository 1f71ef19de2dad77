/** The kernels of losses that are computed from the logarithms of probabilities. */
import type { AddressOf, Compiled } from "./binding.ts";
import type { F32, U8 } from "./operand.ts";

/** Log-softmax and the negative log-likelihood of the labels; `lp[N,C]` are logarithms of probabilities. */
export interface LikelihoodKernels {
  /** `out = (x - max of the row) - ln Σ exp(x - max)` for each row of `x[N,C]`, the sum in lanes. */
  logSoftmaxRows(out: F32, x: F32): void;
  /** `dx = fma(-exp(lp), Σ_c dout, dout)` for each row of `lp[N,C]`, the result of log-softmax. The sum in lanes. */
  logSoftmaxRowsBackward(dx: F32, dout: F32, lp: F32, accumulate: boolean): void;
  /**
   * `out[0] = -Σ_i lp[i, labels[i]]`, for the mean divided by N. Term i is subtracted from level 0 of eight; where i is a
   * multiple of 16^j, level j - 1 is then added to level j and becomes 0. In the end 0 + level 0 + … + level 7.
   */
  nll(out: F32, lp: F32, labels: U8, isMean: boolean): void;
  /** `dlp[i, labels[i]] = -dout[0]`, for the mean `-(dout[0] / N)`. All other entries are 0, or unchanged when accumulating. */
  nllBackward(dlp: F32, dout: F32, labels: U8, isMean: boolean, accumulate: boolean): void;
  /** `out[i] = Σ_c a[i, c]`, as a vector: torch's sum over the last dimension. */
  rowSum(out: F32, a: F32): void;
  /** `da[i, c] = dout[i]`. */
  rowSumBackward(da: F32, dout: F32, accumulate: boolean): void;
}

const A = "usize";
/** The compiled functions' parameters. */
export const LIKELIHOOD_FUNCTIONS = {
  logSoftmaxRows: [A, A, A, A],
  logSoftmaxRowsBackward: [A, A, A, A, A, "i32"],
  nll: [A, A, A, A, A, "i32"],
  nllBackward: [A, A, A, A, A, "i32", "i32"],
  rowSum: [A, A, A, A],
  rowSumBackward: [A, A, A, A, "i32"],
} as const;

/** These kernels by the compiled functions. */
export function bindLikelihood(
  compiled: Pick<Compiled, keyof typeof LIKELIHOOD_FUNCTIONS>,
  at: AddressOf,
): LikelihoodKernels {
  return {
    logSoftmaxRows: (out, x) => compiled.logSoftmaxRows(at(out), at(x), x.shape[0], x.shape[1]),
    logSoftmaxRowsBackward: (dx, dout, lp, accumulate) =>
      compiled.logSoftmaxRowsBackward(at(dx), at(dout), at(lp), lp.shape[0], lp.shape[1], Number(accumulate)),
    nll: (out, lp, labels, isMean) =>
      compiled.nll(at(out), at(lp), at(labels), lp.shape[0], lp.shape[1], Number(isMean)),
    nllBackward(dlp, dout, labels, isMean, accumulate) {
      const [rows, classes] = dlp.shape;
      compiled.nllBackward(at(dlp), at(dout), at(labels), rows, classes, Number(isMean), Number(accumulate));
    },
    rowSum: (out, a) => compiled.rowSum(at(out), at(a), a.shape[0], a.shape[1]),
    rowSumBackward: (da, dout, accumulate) =>
      compiled.rowSumBackward(at(da), at(dout), da.shape[0], da.shape[1], Number(accumulate)),
  };
}
