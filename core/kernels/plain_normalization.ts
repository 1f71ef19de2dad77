/** Plain twins of {@link NormalizationKernels}, which states the formulas. */
import type { F32 } from "./operand.ts";
import { type NormalizationKernels, sizesOf } from "./normalization.ts";
import type { Precision } from "./plain_math.ts";
import { put } from "./plain_matrix.ts";
import { makeSums } from "./plain_sums.ts";

/** The plain twins for a precision. */
export function plainNormalization(precision: Precision): NormalizationKernels {
  const { round, fma } = precision;
  const { laneSum, laneDot } = makeSums(precision);

  /** Mean, sum of squares and inverse standard deviation of a channel, from the indices of its numbers in order. */
  function statisticsOf(x: Float32Array, indices: readonly number[], isRows: boolean, eps: number) {
    const count = indices.length;
    const sum = indices.reduce((sum, i) => isRows ? round(sum + x[i]) : sum + x[i], 0);
    const mean = round(sum / count);
    const squares = round(indices.reduce((sum, i) => {
      const d = round(x[i] - mean);
      return isRows ? fma(d, d, sum) : sum + round(d * d);
    }, 0));
    return { count, mean, squares, invstd: round(1 / Math.sqrt(round(squares / round(count)) + eps)) };
  }

  /** out = x normalized and scaled, at these indices. */
  function scaleTo(out: Float32Array, x: Float32Array, indices: readonly number[], by: readonly number[]): void {
    const [mean, invstd, weight, bias] = by;
    const a = round(invstd * weight);
    const b = fma(-mean, a, bias);
    for (const i of indices) out[i] = fma(x[i], a, b);
  }

  return {
    batchNorm(out, x, weight, bias, running, { eps, momentum }) {
      const isRows = sizesOf(x)[2] === 1;
      const [share, kept] = [round(momentum), round(1 - momentum)];
      const [means, variances] = [running.mean.data, running.variance.data];
      eachChannel(x, (indices, c) => {
        const { count, mean, squares, invstd } = statisticsOf(x.data, indices, isRows, eps);
        scaleTo(out.data, x.data, indices, [mean, invstd, weight.data[c], bias.data[c]]);
        means[c] = round(round(share * mean) + round(kept * means[c]));
        variances[c] = fma(round(squares / round(count - 1)), share, round(kept * variances[c]));
      });
    },

    batchNormEvaluate(out, x, weight, bias, mean, variance, eps) {
      const added = round(eps);
      eachChannel(x, (indices, c) => {
        const invstd = round(1 / round(Math.sqrt(round(variance.data[c] + added))));
        scaleTo(out.data, x.data, indices, [mean.data[c], invstd, weight.data[c], bias.data[c]]);
      });
    },

    batchNormBackward(dx, dWeight, dBias, { data: dout }, x, weight, eps) {
      const [rows, , plane] = sizesOf(x);
      const isRows = plane === 1;
      eachChannel(x, (indices, c) => {
        const { count, mean, invstd } = statisticsOf(x.data, indices, isRows, eps);
        const from = (i: number) => round(x.data[i] - mean);
        let [sum, dot] = [0, 0];
        for (let row = 0; row < rows; row++) {
          const at = (i: number) => indices[row * plane + i];
          if (isRows) {
            sum = round(sum + dout[at(0)]);
            dot = fma(from(at(0)), dout[at(0)], dot);
          } else {
            sum += laneSum(plane, (i) => dout[at(i)]);
            dot += laneDot(plane, (i) => from(at(i)), (i) => dout[at(i)]);
          }
        }
        if (dBias) put(dBias.gradient.data, c, round(sum), dBias.accumulate);
        if (dWeight) put(dWeight.gradient.data, c, round(dot * invstd), dWeight.accumulate);
        if (!dx) return;
        const k = round(round(round(round(dot) * invstd) * invstd) / round(count));
        const middle = round(sum / count);
        for (const i of indices) {
          const part = round(fma(-from(i), k, round(dout[i] - middle)) * invstd);
          put(dx.gradient.data, i, round(part * weight.data[c]), dx.accumulate);
        }
      });
    },
  };
}

/** Visits each channel with the indices of its numbers, in the order of memory. */
function eachChannel(x: F32, visit: (indices: readonly number[], channel: number) => void): void {
  const [rows, channels, plane] = sizesOf(x);
  for (let c = 0; c < channels; c++) {
    visit(
      Array.from({ length: rows * plane }, (_, i) => (Math.floor(i / plane) * channels + c) * plane + i % plane),
      c,
    );
  }
}
