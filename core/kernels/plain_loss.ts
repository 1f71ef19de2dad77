/** Softmax, negative log-likelihood and sum in plain TypeScript. */
import type { LossKernels } from "./kernels.ts";
import { clampTo, type Precision } from "./plain_math.ts";
import { put } from "./plain_matrix.ts";
import { makeSums } from "./plain_sums.ts";

/** Plain twins of {@link LossKernels}. */
export function plainLoss(precision: Precision): LossKernels {
  const { round, exp, log } = precision;
  const { laneSum, laneDot, vectorSum } = makeSums(precision);
  return {
    softmaxRows(out, x) {
      const columns = x.shape[1];
      for (let start = 0; start < x.size; start += columns) {
        const row = x.data.subarray(start, start + columns);
        const p = out.data.subarray(start, start + columns);
        let max = -Infinity;
        for (const value of row) max = Math.max(max, value); // NaN if one of them is
        for (let c = 0; c < columns; c++) p[c] = exp(round(row[c] - max));
        const inverse = round(1 / laneSum(columns, (c) => p[c]));
        for (let c = 0; c < columns; c++) p[c] *= inverse;
      }
    },

    softmaxRowsBackward(dx, dout, p, accumulate) {
      const columns = p.shape[1];
      const [target, g, y] = [dx.data, dout.data, p.data];
      for (let start = 0; start < p.size; start += columns) {
        const dot = laneDot(columns, (c) => g[start + c], (c) => y[start + c]);
        for (let i = start; i < start + columns; i++) put(target, i, round(round(g[i] - dot) * y[i]), accumulate);
      }
    },

    pickLogLoss(rowLoss, p, labels, min) {
      const columns = p.shape[1];
      const low = round(min);
      for (let i = 0; i < rowLoss.size; i++) {
        const picked = p.data[i * columns + labels.data[i]];
        rowLoss.data[i] = -log(low > 0 ? clampTo(picked, low, 1) : picked);
      }
    },

    pickLogLossBackward(dp, dRow, p, labels, min, accumulate) {
      const columns = p.shape[1];
      const low = round(min);
      if (!accumulate) dp.data.fill(0);
      for (let i = 0; i < dRow.size; i++) {
        const index = i * columns + labels.data[i];
        const picked = p.data[index];
        if (low === 0 || (picked >= low && picked <= 1)) put(dp.data, index, round(-dRow.data[i] / picked), accumulate);
      }
    },

    sum(out, a) {
      out.data[0] = vectorSum(a.size, (i) => a.data[i]);
    },
  };
}
