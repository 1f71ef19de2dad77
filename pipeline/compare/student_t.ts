/**
 * Student's t distribution for whole degrees of freedom, all that means and paired differences need. Its tail is an
 * incomplete beta function with second argument 1/2, for which the gamma functions cancel to a product of fractions.
 * As published, the packages bring 231 others (`@stdlib/stats-base-dists-t-quantile`, `-cdf`) or seven digits (`jstat`).
 * Tests hold it to SciPy's values.
 */

/**
 * The probability that |T| is at least `t`: the p value of a two-sided test. Right to 1e-12 of itself, far tails included.
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
 * The t that |T| exceeds with probability `tail`: 2.776 for tail 0.05 and 4 degrees of freedom. An interval of
 * confidence 1 - tail reaches so many standard errors to both sides.
 * @param tail between 0 and 1, both excluded.
 * @param freedom degrees of freedom, a whole number from 1.
 */
export function quantileOfT(tail: number, freedom: number): number {
  mustBeWhole(freedom);
  if (!(tail > 0 && tail < 1)) throw new RangeError(`A tail's probability is between 0 and 1, but was ${tail}.`);
  let [low, high] = [0, 1];
  while (tailOfT(high, freedom) > tail) [low, high] = [high, 2 * high];
  // Halving until no number lies between: some 60 steps, which nobody notices.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tailOfT(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** I_x(a, 1/2) for a = 1/2, 1, 3/2, …; `rest` is 1 - x, given apart because near x = 1 the difference has no digits. */
function incompleteBetaHalf(x: number, rest: number, a: number): number {
  const front = Math.pow(x, a) * Math.sqrt(rest) / betaWithHalf(a);
  // Each of the two fractions converges fast on its side of the mean.
  return x < (a + 1) / (a + 2.5)
    ? front * continuedFraction(x, a, 0.5) / a
    : 1 - front * continuedFraction(rest, 0.5, a) / 0.5;
}

/** B(a, 1/2), from B(1/2, 1/2) = π or B(1, 1/2) = 2 upwards: B(a + 1, 1/2) = B(a, 1/2) a / (a + 1/2). */
function betaWithHalf(a: number): number {
  let [at, value] = Number.isInteger(a) ? [1, 2] : [0.5, Math.PI];
  for (; at < a; at++) value *= at / (at + 0.5);
  return value;
}

/**
 * The continued fraction of the incomplete beta function (Abramowitz and Stegun, 26.5.8), evaluated from the front by
 * Lentz's method.
 */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - (a + b) * x / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= c * d;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;

  function nonZero(term: number): number {
    return Math.abs(term) < tiny ? tiny : term;
  }
}

function mustBeWhole(freedom: number): void {
  if (Number.isInteger(freedom) && freedom >= 1) return;
  throw new RangeError(`Degrees of freedom are whole numbers from 1, but were ${freedom}.`);
}
