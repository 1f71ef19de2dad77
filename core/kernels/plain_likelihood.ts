/** The kernels of losses from logarithms of probabilities in plain TypeScript. */
import type { LikelihoodKernels } from "./likelihood.ts";
import { largest, type Precision } from "./plain_math.ts";
import { put } from "./plain_matrix.ts";
import { makeSums } from "./plain_sums.ts";

/** The levels of nll's sum, and how many sums of a level are a term of the next one. */
const [LEVELS, CHUNK] = [8, 16];

/** Plain twins of {@link LikelihoodKernels}. */
export function plainLikelihood(precision: Precision): LikelihoodKernels {
  const { round, fma, exp, log } = precision;
  const { laneSum, vectorSum } = makeSums(precision);

  /** `value / n`, for the mean. */
  const average = (value: number, n: number, isMean: boolean) => isMean ? round(value / round(n)) : value;

  return {
    logSoftmaxRows(out, x) {
      const columns = x.shape[1];
      for (let start = 0; start < x.size; start += columns) {
        const row = x.data.subarray(start, start + columns);
        const target = out.data.subarray(start, start + columns);
        const max = largest(row);
        const logarithm = log(laneSum(columns, (c) => exp(round(row[c] - max))));
        for (let c = 0; c < columns; c++) target[c] = round(row[c] - max) - logarithm;
      }
    },

    logSoftmaxRowsBackward(dx, dout, lp, accumulate) {
      const columns = lp.shape[1];
      const [target, g, y] = [dx.data, dout.data, lp.data];
      for (let start = 0; start < lp.size; start += columns) {
        const sum = laneSum(columns, (c) => g[start + c]);
        for (let i = start; i < start + columns; i++) put(target, i, fma(-exp(y[i]), sum, g[i]), accumulate);
      }
    },

    nll(out, lp, labels, isMean) {
      const columns = lp.shape[1];
      const levels = new Array<number>(LEVELS).fill(0);
      for (let row = 0; row < labels.size; row++) {
        levels[0] = round(levels[0] - lp.data[row * columns + labels.data[row]]);
        for (let level = 1, size = CHUNK; level < LEVELS && row % size === 0; level++, size *= CHUNK) {
          levels[level] = round(levels[level] + levels[level - 1]);
          levels[level - 1] = 0;
        }
      }
      const sum = levels.reduce((sum, level) => round(sum + level), 0);
      out.data[0] = average(sum, labels.size, isMean);
    },

    nllBackward(dlp, dout, labels, isMean, accumulate) {
      const columns = dlp.shape[1];
      const gradient = -average(dout.data[0], labels.size, isMean);
      if (!accumulate) dlp.data.fill(0);
      for (let row = 0; row < labels.size; row++) {
        put(dlp.data, row * columns + labels.data[row], gradient, accumulate);
      }
    },

    rowSum(out, a) {
      const columns = a.shape[1];
      for (let row = 0; row < out.size; row++) {
        out.data[row] = vectorSum(columns, (c) => a.data[row * columns + c]);
      }
    },

    rowSumBackward(da, dout, accumulate) {
      const columns = da.shape[1];
      for (let i = 0; i < da.size; i++) put(da.data, i, dout.data[Math.floor(i / columns)], accumulate);
    },
  };
}
