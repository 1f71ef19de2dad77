/** Softmax, negative log-likelihood and sum in plain TypeScript. */
import type { LossKernels } from "./kernels.ts";
import { clampTo, flushed, type Precision } from "./plain_math.ts";
import { put } from "./plain_matrix.ts";

/** Plain twins of {@link LossKernels}. */
export function plainLoss({ round, exp, log }: Precision): LossKernels {
  return {
    softmaxRows(out, x) {
      const columns = x.shape[1];
      for (let start = 0; start < x.size; start += columns) {
        const row = x.data.subarray(start, start + columns);
        const p = out.data.subarray(start, start + columns);
        let max = -Infinity;
        for (const value of row) max = Math.max(max, value);
        let sum = 0;
        for (let c = 0; c < columns; c++) {
          p[c] = flushed(exp(round(row[c] - max)));
          sum = round(sum + p[c]);
        }
        for (let c = 0; c < columns; c++) p[c] = flushed(round(p[c] / sum));
      }
    },

    softmaxRowsBackward(dx, dout, p, accumulate) {
      const columns = p.shape[1];
      const [target, g, y] = [dx.data, dout.data, p.data];
      for (let start = 0; start < p.size; start += columns) {
        let sum = 0;
        for (let i = start; i < start + columns; i++) sum = round(sum + round(g[i] * y[i]));
        for (let i = start; i < start + columns; i++) {
          put(target, i, flushed(round(y[i] * round(g[i] - sum))), accumulate);
        }
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
        const isClamped = low > 0 && !(picked >= low && picked <= 1);
        if (!isClamped) put(dp.data, index, round(-dRow.data[i] / picked), accumulate);
      }
    },

    sum(out, a) {
      let total = 0;
      for (const value of a.data) total += value;
      out.data[0] = total;
    },
  };
}
