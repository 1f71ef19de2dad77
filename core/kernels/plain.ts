/** All kernels in plain TypeScript: slow, readable, and the definition of every result. */
import type {
  ElementwiseKernels,
  F32,
  GatherKernels,
  I32,
  Kernels,
  LossKernels,
  OptimizerKernels,
  U8,
} from "./kernels.ts";
import { plainActivation } from "./plain_activation.ts";
import { plainAdaptive } from "./plain_adaptive.ts";
import { plainConvolution } from "./plain_convolution.ts";
import { plainDraws } from "./plain_draws.ts";
import { plainLikelihood } from "./plain_likelihood.ts";
import { clampTo, float32, type Precision } from "./plain_math.ts";
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

/** Plain twins of {@link ElementwiseKernels}. */
function plainElementwise({ round, exp, log }: Precision): ElementwiseKernels {
  return {
    relu: (out, x) => map(out, x, (value) => value < 0 ? 0 : value),
    reluBackward: (dx, dout, x, accumulate) => zip(dx, dout, x, (g, value) => value <= 0 ? 0 : g, accumulate),
    exp: (out, x) => map(out, x, exp),
    log: (out, x) => map(out, x, log),
    logBackward: (dx, dout, x, accumulate) => zip(dx, dout, x, (g, value) => round(g / value), accumulate),
    add: (out, a, b) => zip(out, a, b, (x, y) => x + y),
    sub: (out, a, b) => zip(out, a, b, (x, y) => x - y),
    mul: (out, a, b) => zip(out, a, b, (x, y) => x * y),
    div: (out, a, b) => zip(out, a, b, (x, y) => x / y),
    scale(out, a, alpha) {
      const factor = round(alpha);
      map(out, a, (value) => value * factor);
    },
    clamp(out, a, min, max) {
      const [low, high] = [round(min), round(max)];
      map(out, a, (value) => clampTo(value, low, high));
    },
    clampBackward(dx, dout, x, min, max, accumulate) {
      const [low, high] = [round(min), round(max)];
      zip(dx, dout, x, (g, value) => value >= low && value <= high ? g : 0, accumulate);
    },
    addNumber(out, a, value) {
      const added = round(value);
      map(out, a, (x) => x + added);
    },
    addRow(out, a, row) {
      const [target, from, added] = [out.data, a.data, row.data];
      for (let i = 0; i < target.length; i++) target[i] = from[i] + added[i % added.length];
    },
    addScaled(target, a, alpha) {
      const factor = round(alpha);
      zip(target, target, a, (sum, value) => sum + round(factor * value));
    },
    addProduct: (target, a, b) => zip(target, a, b, (x, y) => round(x * y), true),
    copy: (out, a) => out.data.set(a.data),
    fill: (out, value) => out.data.fill(value),
  };
}

function map(out: F32, a: F32, f: (x: number) => number): void {
  const [target, from] = [out.data, a.data];
  for (let i = 0; i < target.length; i++) target[i] = f(from[i]);
}

function zip(out: F32, a: F32, b: F32, f: (x: number, y: number) => number, accumulate = false): void {
  const [target, left, right] = [out.data, a.data, b.data];
  for (let i = 0; i < target.length; i++) put(target, i, f(left[i], right[i]), accumulate);
}
