/** Softmax, log loss and sum as plain TypeScript. */
import type { LossKernels } from "./kernels.ts";
import { clampTo, expF32, logF32 } from "./plain_math.ts";
import { put } from "./plain_matrix.ts";

const f32 = Math.fround;

/** Plain twins of {@link LossKernels}. */
export const plainLoss: LossKernels = {
  softmaxRows(out, x) {
    const columns = x.shape[1];
    for (let start = 0; start < x.size; start += columns) {
      const row = x.data.subarray(start, start + columns);
      const p = out.data.subarray(start, start + columns);
      let max = -Infinity;
      for (const value of row) max = Math.max(max, value);
      let sum = 0;
      for (let c = 0; c < columns; c++) {
        p[c] = expF32(f32(row[c] - max));
        sum = f32(sum + p[c]);
      }
      for (let c = 0; c < columns; c++) p[c] = p[c] / sum;
    }
  },

  softmaxRowsBackward(dx, dout, p, accumulate) {
    const columns = p.shape[1];
    const [target, g, y] = [dx.data, dout.data, p.data];
    for (let start = 0; start < p.size; start += columns) {
      let sum = 0;
      for (let i = start; i < start + columns; i++) sum = f32(sum + f32(g[i] * y[i]));
      for (let i = start; i < start + columns; i++) put(target, i, f32(y[i] * f32(g[i] - sum)), accumulate);
    }
  },

  pickLogLoss(rowLoss, p, labels, min) {
    const columns = p.shape[1];
    const low = f32(min);
    for (let i = 0; i < rowLoss.size; i++) {
      const picked = p.data[i * columns + labels.data[i]];
      const clamped = low > 0 ? clampTo(picked, low, 1) : picked;
      rowLoss.data[i] = -logF32(clamped);
    }
  },

  pickLogLossBackward(dp, dRow, p, labels, min, accumulate) {
    const columns = p.shape[1];
    const low = f32(min);
    if (!accumulate) dp.data.fill(0);
    for (let i = 0; i < dRow.size; i++) {
      const at = i * columns + labels.data[i];
      const picked = p.data[at];
      const inside = low > 0 ? picked >= low && picked <= 1 : true;
      if (inside) put(dp.data, at, f32(-dRow.data[i] / picked), accumulate);
    }
  },

  sum(out, a) {
    let total = 0;
    for (const value of a.data) total += value;
    out.data[0] = total;
  },
};
