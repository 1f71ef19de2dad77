/**
 * Double precision log1p, sine and cosine for the few normal numbers that torch draws in doubles.
 *
 * `Math.log1p`, `Math.sin` and `Math.cos` may differ between engines. These follow the algorithms that FDLIBM publishes
 * (Sun Microsystems 1993: s_log1p.c, k_sin.c, k_cos.c, e_rem_pio2.c), narrowed to the arguments that occur here; the
 * coefficients are FDLIBM's. The error is below one unit in the last place.
 */
const logCoefficients = [
  6.666666666666735130e-01,
  3.999999999940941908e-01,
  2.857142874366239149e-01,
  2.222219843214978396e-01,
  1.818357216161805012e-01,
  1.531383769920937332e-01,
  1.479819860511658591e-01,
] as const;
/** ln 2 = lnTwoHigh + lnTwoLow, the high part with 32 bits so that its products with small integers are exact. */
const lnTwoHigh = 6.93147180369123816490e-01;
const lnTwoLow = 1.90821492927058770002e-10;

/** `log(1 + x)` for x in (-1, 0], a multiple of 2^-53: then 1 + x is exact, and FDLIBM's correction for it is 0. */
export function log1p(x: number): number {
  // 1 + x = 2^k * (1 + m), where 1 + m is within a factor sqrt(2) of 1.
  let scaled = 1 + x;
  let k = 0;
  while (scaled < Math.SQRT1_2) {
    scaled *= 2;
    k -= 1;
  }
  const m = scaled - 1;
  // The series of log(1 + s) - log(1 - s) in s = m / (2 + m).
  const half = 0.5 * m * m;
  const s = m / (2 + m);
  const series = polynomial(s * s, logCoefficients) * (s * s);
  return k * lnTwoHigh - ((half - (s * (half + series) + k * lnTwoLow)) - m);
}

/** pi / 2 = high + middle + low; the first two have 33 bits, so that their products with small integers are exact. */
const halfPiHigh = 1.57079632673412561417e+00;
const halfPiMiddle = 6.07710050630396597660e-11;
const halfPiLow = 2.02226624879595063154e-21;

const sinCoefficients = [
  -1.66666666666666324348e-01,
  8.33333333332248946124e-03,
  -1.98412698298579493134e-04,
  2.75573137070700676789e-06,
  -2.50507602534068634195e-08,
  1.58969099521155010221e-10,
] as const;
const cosCoefficients = [
  4.16666666666666019037e-02,
  -1.38888888888741095749e-03,
  2.48015872894767294178e-05,
  -2.75573143513906633035e-07,
  2.08757232129817482790e-09,
  -1.13596475577881948265e-11,
] as const;

/** Sine and cosine of t in [0, 2 pi]. */
export function sinCos(t: number): { sin: number; cos: number } {
  // t = quadrant * pi/2 + x + tail with |x| <= pi/4.
  const quadrant = Math.floor(t / (Math.PI / 2) + 0.5);
  const coarse = t - quadrant * halfPiHigh;
  const middle = quadrant * halfPiMiddle;
  const fine = coarse - middle;
  const low = quadrant * halfPiLow - ((coarse - fine) - middle);
  const x = fine - low;
  const tail = (fine - x) - low;
  const s = kernelSin(x, tail);
  const c = kernelCos(x, tail);
  switch (quadrant % 4) {
    case 0:
      return { sin: s, cos: c };
    case 1:
      return { sin: c, cos: -s };
    case 2:
      return { sin: -s, cos: -c };
    default:
      return { sin: -c, cos: s };
  }
}

/** sin(x + tail) for |x| <= pi/4 and a tail below the last place of x. */
function kernelSin(x: number, tail: number): number {
  const z = x * x;
  const cube = z * x;
  const [first, ...rest] = sinCoefficients;
  return x - ((z * (0.5 * tail - cube * polynomial(z, rest)) - tail) - cube * first);
}

/** cos(x + tail) for |x| <= pi/4 and a tail below the last place of x. */
function kernelCos(x: number, tail: number): number {
  const z = x * x;
  const half = 0.5 * z;
  const rough = 1 - half;
  return rough + (((1 - rough) - half) + (z * (z * polynomial(z, cosCoefficients)) - x * tail));
}

/** `c[0] + c[1] z + c[2] z^2 + …` */
function polynomial(z: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * z + coefficients[i];
  return sum;
}
