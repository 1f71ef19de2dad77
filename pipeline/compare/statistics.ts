/** Means with their 95 % confidence intervals, and the paired t test. */
import { quantileOfT, tailOfT } from "./student_t.ts";

/** The confidence level of intervals; they assume normally distributed values. */
export const CONFIDENCE = 0.95;

/** The mean of some values and its uncertainty. */
export interface Estimate {
  /** How many values there are. */
  n: number;
  mean: number;
  /** Sample standard deviation, by n - 1; null for a single value. */
  std: number | null;
  /** The 95 % interval of the mean, by Student's t with n - 1 degrees of freedom; null for a single value. */
  interval: [low: number, high: number] | null;
}

/** The mean of differences, and the probability of a mean at least as far from 0 if there is no true difference. */
export interface PairedDifference extends Estimate {
  /** Of the two-sided paired t test; null for a single pair. */
  p: number | null;
}

/** Mean, standard deviation and interval of some values; null of none. */
export function estimate(values: readonly number[]): Estimate | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = meanOf(values);
  if (n === 1) return { n, mean, std: null, interval: null };
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1));
  const half = criticalT(n - 1) * std / Math.sqrt(n);
  return { n, mean, std, interval: [mean - half, mean + half] };
}

/** Half the length of an estimate's interval: the number after ±. */
export function halfWidth({ mean, interval }: Estimate): number | null {
  return interval === null ? null : interval[1] - mean;
}

/** The paired t test of `b[i] - a[i]`; null without a pair. If all differences are equal, p is 0, or 1 for differences of 0. */
export function pairedDifference(a: readonly number[], b: readonly number[]): PairedDifference | null {
  if (a.length !== b.length) throw new RangeError(`Pairs were expected, but there are ${a.length} and ${b.length}.`);
  const difference = estimate(b.map((value, i) => value - a[i]));
  if (difference === null) return null;
  const { n, mean, std } = difference;
  if (std === null) return { ...difference, p: null };
  const p = mean === 0 ? 1 : tailOfT(Math.abs(mean) / (std / Math.sqrt(n)), n - 1);
  return { ...difference, p };
}

/**
 * p values corrected for multiple tests by Holm's method ("A simple sequentially rejective multiple test procedure", 1979):
 * of many experiments that are no better, some look better by chance.
 */
export function holm(p: readonly number[]): number[] {
  const ascending = p.map((_, i) => i).sort((i, j) => p[i] - p[j]);
  const adjusted = new Array<number>(p.length);
  let largest = 0;
  ascending.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (p.length - rank) * p[i]));
    adjusted[i] = largest;
  });
  return adjusted;
}

/** The mean, exact where all values are the same: a sum over n may be off by a rounding. */
function meanOf(values: readonly number[]): number {
  const first = values[0];
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}

const critical = new Map<number, number>();

/** The quantile is computed once per number of seeds, not once per cell. */
function criticalT(freedom: number): number {
  let t = critical.get(freedom);
  if (t === undefined) critical.set(freedom, t = quantileOfT(1 - CONFIDENCE, freedom));
  return t;
}
