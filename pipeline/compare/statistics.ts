/**
 * Means with their 95 % confidence intervals, the paired t test, and Student's t distribution for integer degrees of
 * freedom. Its tail is an incomplete beta function with second argument 1/2, for which the gamma functions cancel to a
 * product of fractions. Published packages bring 231 others (`@stdlib/…`) or only seven digits (`jstat`).
 */

/** The confidence level of intervals; they assume normally distributed values. */
export const CONFIDENCE = 0.95;

/**
 * The mean of `n` values. The standard deviation (by n - 1) and the 95 % interval of the mean are null for n = 1, and if a
 * value is infinite or NaN; the mean then is as well.
 */
export interface Estimate {
  n: number;
  mean: number;
  std: number | null;
  interval: [low: number, high: number] | null;
}

/** Mean, standard deviation and interval of some values; null of none. */
export function estimate(values: readonly number[]): Estimate | null {
  const n = values.length;
  if (n === 0) return null;
  if (!values.every(Number.isFinite)) {
    return { n, mean: values.reduce((sum, value) => sum + value) / n, std: null, interval: null };
  }
  // Exact where all values are equal: a sum over n may be off by a rounding.
  const mean = values[0] + values.reduce((sum, value) => sum + (value - values[0]), 0) / n;
  if (n === 1) return { n, mean, std: null, interval: null };
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1));
  const half = quantileOfT(1 - CONFIDENCE, n - 1) * std / Math.sqrt(n);
  return { n, mean, std, interval: [mean - half, mean + half] };
}

/** The relative precision of what is computed from float32: the distance of two neighbours near 1. */
const FLOAT32_STEP = 2 ** -23;

/**
 * The two-sided paired t test of `b[i] - a[i]`; null without a pair, and no p for a single one. If all differences are 0,
 * p is 1. If they vary by less than the values can show, nothing is known of their spread, and neither p nor an interval
 * is computed: a t test would take it for certainty. That is a standard deviation below `step`, the smallest difference
 * that two values can have, or below the precision of float32.
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  step = 0,
): Estimate & { p: number | null } | null {
  const difference = estimate(b.map((value, i) => value - a[i]));
  if (difference === null) return null;
  const { n, mean, std } = difference;
  if (std === null) return { ...difference, p: null };
  if (mean === 0 && std === 0) return { ...difference, p: 1 };
  const largest = [...a, ...b].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // A hair below the step: shares such as 0.3 are rounded.
  if (std < Math.max(step * (1 - 1e-6), largest * FLOAT32_STEP)) return { ...difference, interval: null, p: null };
  return { ...difference, p: tailOfT(Math.abs(mean) / (std / Math.sqrt(n)), n - 1) };
}

/** p values corrected for multiple tests by Holm's method ("A simple sequentially rejective multiple test procedure", 1979). */
export function holm(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  let largest = 0;
  p.map((_, i) => i).sort((i, j) => p[i] - p[j]).forEach((i, rank) => {
    adjusted[i] = largest = Math.max(largest, Math.min(1, (p.length - rank) * p[i]));
  });
  return adjusted;
}

/** The probability that |T| is at least `t` ≥ 0, a two-sided p value. Relative error: at most 1e-12, far out too. */
export function tailOfT(t: number, freedom: number): number {
  const square = t * t;
  if (square === Infinity) return 0;
  return incompleteBetaHalf(freedom / (freedom + square), square / (freedom + square), freedom / 2);
}

/** The t that |T| exceeds with a probability of `tail`: 2.776 for a tail of 0.05 and 4 degrees of freedom. */
export function quantileOfT(tail: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (tailOfT(high, freedom) > tail) [low, high] = [high, 2 * high];
  // Bisection until there is no number between the two: about 60 steps.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tailOfT(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** I_x(a, 1/2) for a = 1/2, 1, 3/2, …; `rest` is 1 - x, which would lose its digits near x = 1. */
function incompleteBetaHalf(x: number, rest: number, a: number): number {
  // B(a, 1/2), from B(1/2, 1/2) = π or B(1, 1/2) = 2 upwards: B(a + 1, 1/2) = B(a, 1/2) a / (a + 1/2).
  let [at, beta] = Number.isInteger(a) ? [1, 2] : [0.5, Math.PI];
  for (; at < a; at++) beta *= at / (at + 0.5);
  const front = Math.pow(x, a) * Math.sqrt(rest) / beta;
  // Each of the two series converges faster on its side of the mean.
  return x < (a + 1) / (a + 2.5) ? front * series(x, a, 0.5) : 1 - front * series(rest, 0.5, a);
}

/** The hypergeometric series of the incomplete beta function (DLMF 8.17.8). All terms are positive, so none cancel. */
function series(x: number, a: number, b: number): number {
  let [term, sum] = [1, 1];
  for (let n = 0; term > 1e-17 * sum; n++) {
    term *= x * (a + b + n) / (a + 1 + n);
    sum += term;
  }
  return sum / a;
}
