/**
 * Student's t distribution for whole degrees of freedom, all that means and paired differences need. Its tail is an
 * incomplete beta function with second argument 1/2, for which the gamma functions cancel to a product of fractions. The
 * published packages bring 231 others (`@stdlib/stats-base-dists-t-quantile`, `-cdf`) or only seven digits (`jstat`).
 */

/**
 * The probability that |T| is at least `t`: the p value of a two-sided test. Its relative error is at most 1e-12, also far
 * out in the tails.
 * @param t 0 or more; Infinity gives 0.
 * @param freedom degrees of freedom, a whole number from 1.
 */
export function tailOfT(t: number, freedom: number): number {
  mustBeWhole(freedom);
  const square = t * t;
  if (square === Infinity) return 0;
  return incompleteBetaHalf(freedom / (freedom + square), square / (freedom + square), freedom / 2);
}

/**
 * The t that |T| exceeds with probability `tail`: 2.776 for tail 0.05 and 4 degrees of freedom. A confidence interval of
 * level 1 - tail reaches so many standard errors to both sides.
 * @param tail between 0 and 1, both excluded.
 * @param freedom degrees of freedom, a whole number from 1.
 */
export function quantileOfT(tail: number, freedom: number): number {
  mustBeWhole(freedom);
  if (!(tail > 0 && tail < 1)) throw new RangeError(`A tail's probability is between 0 and 1, but was ${tail}.`);
  let [low, high] = [0, 1];
  while (tailOfT(high, freedom) > tail) [low, high] = [high, 2 * high];
  // Bisection until no number lies between: about 60 steps.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tailOfT(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** I_x(a, 1/2) for a = 1/2, 1, 3/2, …; `rest` is 1 - x, which would lose its digits near x = 1. */
function incompleteBetaHalf(x: number, rest: number, a: number): number {
  const front = Math.pow(x, a) * Math.sqrt(rest) / betaWithHalf(a);
  // Each of the two series converges faster on its side of the mean.
  return x < (a + 1) / (a + 2.5) ? front * series(x, a, 0.5) : 1 - front * series(rest, 0.5, a);
}

/** B(a, 1/2), from B(1/2, 1/2) = π or B(1, 1/2) = 2 upwards: B(a + 1, 1/2) = B(a, 1/2) a / (a + 1/2). */
function betaWithHalf(a: number): number {
  let [at, value] = Number.isInteger(a) ? [1, 2] : [0.5, Math.PI];
  for (; at < a; at++) value *= at / (at + 0.5);
  return value;
}

/** The hypergeometric series of the incomplete beta function (DLMF 8.17.8): its terms are positive, so that none cancel. */
function series(x: number, a: number, b: number): number {
  let [term, sum] = [1, 1];
  for (let n = 0; term > 1e-17 * sum; n++) {
    term *= x * (a + b + n) / (a + 1 + n);
    sum += term;
  }
  return sum / a;
}

function mustBeWhole(freedom: number): void {
  if (Number.isInteger(freedom) && freedom >= 1) return;
  throw new RangeError(`Degrees of freedom are whole numbers from 1, but were ${freedom}.`);
}
