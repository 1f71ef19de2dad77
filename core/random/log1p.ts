/**
 * The logarithm of small normal draws, with the bits of FDLIBM's log1p (Sun Microsystems, s_log1p.c), whose method and
 * coefficients it uses. For the arguments of these draws `1 + x` is exact, so FDLIBM's correction for its rounding is 0.
 */

const twoTo53 = 0x20000000000000;
const twoToMinus20 = 1 / 0x100000;
/** 2^-29: below it, FDLIBM takes two terms of the series in `x`. */
const tiny = 1 / 0x20000000;

/** ln 2 in two parts. The first has so few bits that its products with small integers are exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** A polynomial in s^2: (log(1 + f) - 2 s) / s^3 with s = f / (2 + f). Highest power first. */
const terms = [
  0.14798198605116586,
  0.15313837699209373,
  0.1818357216161805,
  0.22222198432149784,
  0.2857142874366239,
  0.3999999999940942,
  0.6666666666666735,
] as const;
const twoThirds = 0.6666666666666666;

/** Where the factor of 2^k begins: sqrt(1/2), of which FDLIBM compares 20 bits only. */
const lowest = 0x16a09e / 0x200000;

/** `log(1 + x)`, within an ulp, for a multiple of 2^-53 in (-1, 0]. @throws RangeError for any other number. */
export function log1p(x: number): number {
  if (!(x > -1 && x <= 0) || !Number.isInteger(x * twoTo53)) {
    throw new RangeError(`log1p: expected a multiple of 2^-53 in (-1, 0]; found ${x}`);
  }
  if (x > -tiny) return x - x * x * 0.5;
  // 1 + x = (1 + f) * 2^k with 1 + f in [lowest, 2 * lowest); all of it exact.
  let factor = 1 + x;
  let k = 0;
  while (factor < lowest) {
    factor *= 2;
    k -= 1;
  }
  const f = factor - 1;
  const half = 0.5 * f * f;
  if (k < 0 && f >= -1.5 * twoToMinus20 && f < twoToMinus20) {
    // So close to a power of two, FDLIBM takes three terms of the series in `f`.
    return k * ln2High - ((half * (1 - twoThirds * f) - k * ln2Low) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  let sum: number = terms[0];
  for (let i = 1; i < terms.length; i++) sum = terms[i] + z * sum;
  return k * ln2High - ((half - (s * (half + z * sum) + k * ln2Low)) - f);
}
