/** All kernels in plain TypeScript: slow, readable, and the definition of every result. */
import type { F32, GatherKernels, I32, Kernels, LossKernels, OptimizerKernels, U8 } from "./kernels.ts";
import { plainActivation } from "./plain_activation.ts";
import { plainAdaptive } from "./plain_adaptive.ts";
import { plainConvolution } from "./plain_convolution.ts";
import { plainDraws } from "./plain_draws.ts";
import { plainElementwise } from "./plain_elementwise.ts";
import { plainLikelihood } from "./plain_likelihood.ts";
import { clampTo, float32, largest, type Precision } from "./plain_math.ts";
import { plainMatrix, put } from "./plain_matrix.ts";
import { plainNormalization } from "./plain_normalization.ts";
import { plainPooling } from "./plain_pooling.ts";
import { makeSums } from "./plain_sums.ts";

/** Makes the plain kernels for a precision. Formulas and orders of summation are the same for all. */
export function makePlain(precision: Precision): Kernels {
  return {
    ...plainMatrix(precision),
    ...plainElementwise(precision),
    ...plainActivation(precision),
    ...plainLoss(precision),
    ...plainLikelihood(precision),
    ...plainOptimizer(precision),
    ...plainAdaptive(precision),
    ...plainGather,
    ...plainDraws(precision),
    ...plainNormalization(precision),
    ...plainConvolution(precision),
    ...plainPooling(precision),
  };
}

function plainOptimizer({ round, fma }: Precision): OptimizerKernels {
  return {
    sgdStep(p, g, velocity, { lr, momentum, dampening, weight_decay, nesterov }, isFirst) {
      const [rate, mu, keep, decay] = [round(lr), round(momentum), round(1 - dampening), round(weight_decay)];
      const [parameter, gradient, v] = [p.data, g.data, velocity?.data];
      for (let i = 0; i < parameter.length; i++) {
        let d = gradient[i];
        if (decay !== 0) d = fma(parameter[i], decay, d);
        if (v !== undefined) {
          v[i] = isFirst ? d : fma(d, keep, round(mu * v[i]));
          d = nesterov ? fma(v[i], mu, d) : v[i];
        }
        parameter[i] = fma(d, -rate, parameter[i]);
      }
    },
  };
}

const plainGather: GatherKernels = {
  gatherTable: (out, rows, index, offset, table) => gather(out, rows, index, offset, (value) => table.data[value]),
  gatherRows: (out, rows, index, offset) => gather(out, rows, index, offset, (value) => value),
  gatherLabels: (out, labels, index, offset) => gather(out, labels, index, offset, (value) => value),
};

function gather(out: F32 | U8, rows: F32 | U8, index: I32, offset: number, f: (x: number) => number): void {
  const columns = out.size / out.shape[0];
  for (let i = 0; i < out.size; i++) {
    const row = index.data[offset + Math.floor(i / columns)];
    out.data[i] = f(rows.data[row * columns + i % columns]);
  }
}

/** The plain kernels in float32: the same bits as `wasm`, except for the payload of a NaN. */
export const plain: Kernels = makePlain(float32);

/** Plain twins of {@link LossKernels}. */
function plainLoss(precision: Precision): LossKernels {
  const { round, exp, log } = precision;
  const { laneSum, laneDot, vectorSum } = makeSums(precision);
  return {
    softmaxRows(out, x) {
      const columns = x.shape[1];
      for (let start = 0; start < x.size; start += columns) {
        const row = x.data.subarray(start, start + columns);
        const p = out.data.subarray(start, start + columns);
        const max = largest(row);
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
