/**
 * e^x and ln x in float32, computed with `+ - * /` only, so they have the same bits everywhere. Methods and coefficients:
 * expf and logf of Cephes (Stephen L. Moshier, Methods and Programs for Mathematical Functions, 1989).
 */

const f32 = Math.fround;

const LOG2_E = f32(1.44269504088896341);
/** ln 2 in two parts; the first has few enough bits that n * LN2_HIGH is exact for every exponent n. */
export const LN2_HIGH = f32(0.693359375);
export const LN2_LOW = f32(-2.12194440e-4);
/** Adding and subtracting 1.5 * 2^23 rounds to the nearest integer (ties to even). */
const ROUNDER = 12582912;
/** Below, e^x rounds to 0; above, it overflows float32. Between these bounds 2^n is a product of two float32. */
const EXP_LOWEST = -104;
const EXP_HIGHEST = 89;
const EXP_TERMS = [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]
  .map(f32);

/** The smallest normal float32, 2^-126. */
const SMALLEST_NORMAL = f32(1.1754943508222875e-38);
const TWO_TO_23 = 8388608;
/** The bits of sqrt(1/2): significands are between it and sqrt(2). */
const SQRT_HALF_BITS = 0x3f3504f3;
/** The coefficients of ln(1 + f). */
export const LOG_TERMS: readonly number[] = [
  7.0376836292e-2,
  -1.1514610310e-1,
  1.1676998740e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
].map(f32);

/** The arithmetic that the plain kernels compute with. */
export interface Precision {
  /** Rounds the result of one `+ - * /`. */
  round(x: number): number;
  exp(x: number): number;
  log(x: number): number;
}

/** float32: every operation rounds, with `expF32` and `logF32`. */
export const float32: Precision = { round: f32, exp: expF32, log: logF32 };

const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** 2^n as float32, for -126 <= n <= 127. */
function powerOfTwo(n: number): number {
  bits[0] = (n + 127) << 23;
  return floats[0];
}

/** `terms[0] * x^last + … + terms[last]` by Horner's rule, each step rounded. */
function polynomial(terms: readonly number[], x: number): number {
  let value = terms[0];
  for (let i = 1; i < terms.length; i++) value = f32(f32(value * x) + terms[i]);
  return value;
}

/** `x` limited to `low` and `high`; NaN stays NaN. */
export function clampTo(x: number, low: number, high: number): number {
  const raised = x < low ? low : x;
  return raised > high ? high : raised;
}

/** `x`, or 0 if it is closer to 0 than the smallest normal float32; NaN stays NaN. */
export function flushed(x: number): number {
  return x < SMALLEST_NORMAL && x > -SMALLEST_NORMAL ? 0 : x;
}

/** e^x of a float32, at most 1 ulp from exact. */
export function expF32(x: number): number {
  if (x !== x) return x;
  const clamped = clampTo(x, EXP_LOWEST, EXP_HIGHEST);
  const n = f32(f32(f32(clamped * LOG2_E) + ROUNDER) - ROUNDER);
  const r = f32(f32(clamped - f32(n * LN2_HIGH)) - f32(n * LN2_LOW));
  const square = f32(r * r);
  const y = f32(f32(f32(polynomial(EXP_TERMS, r) * square) + r) + 1);
  const half = n >> 1;
  return f32(f32(y * powerOfTwo(half)) * powerOfTwo(n - half));
}

/** ln x of a float32, at most 1 ulp from exact; -Infinity for 0, NaN for negative x. */
export function logF32(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x < 0) return NaN;
  if (x === 0) return -Infinity;
  const denormal = x < SMALLEST_NORMAL;
  floats[0] = denormal ? x * TWO_TO_23 : x;
  const exponent = (bits[0] - SQRT_HALF_BITS) >> 23;
  bits[0] -= exponent << 23;
  const f = f32(floats[0] - 1);
  const e = denormal ? exponent - 23 : exponent;
  const square = f32(f * f);
  let y = f32(f32(polynomial(LOG_TERMS, f) * f) * square);
  y = f32(y + f32(e * LN2_LOW));
  y = f32(y - f32(square * 0.5));
  return f32(f32(f + y) + f32(e * LN2_HIGH));
}
