/**
 * e^x and ln x in float32 as torch.exp and torch.log compute them: expf and logf of Sleef 3.5 with at most 1 ulp of
 * error (N. Shibata, F. Petrogalli, SLEEF: A Portable Vectorized Library of C Standard Mathematical Functions, 2020).
 */
import { fma } from "./plain_fma.ts";

const f32 = Math.fround;

const LOG2_E = f32(1.44269504088896341);
/** ln 2 in two parts; the first has few enough bits that its product with every exponent is exact. */
const LN2_HIGH = f32(0.693145751953125);
const LN2_LOW = f32(1.428606765330187045e-06);
/** ln 2 as the sum of two float32. */
const LN2 = [f32(0.69314718246459960938), f32(-1.904654323148236017e-09)] as const;
/** Adding and subtracting 1.5 * 2^23 rounds to the nearest integer (ties to even). */
const ROUNDER = 12582912;
/** Beyond, e^x is 0 or infinite. */
const EXP_BOUND = 104;
const EXP_TERMS = [
  0.000198527617612853646278381,
  0.00139304355252534151077271,
  0.00833336077630519866943359,
  0.0416664853692054748535156,
  0.166666671633720397949219,
  0.5,
].map(f32);
/** The coefficients of (ln((1 + x) / (1 - x)) - 2x) / x^3, a polynomial in x^2. */
const LOG_TERMS = [0.3027294874, 0.3996108174, 0.6666694880].map(f32);

/** The smallest normal float32, 2^-126. */
const SMALLEST_NORMAL = f32(1.1754943508222875e-38);
const TWO_TO_64 = 18446744073709551616;

/** The arithmetic that the plain kernels compute with. */
export interface Precision {
  /** Rounds the result of one `+ - * /`. */
  round(x: number): number;
  /** `a * b + c`, rounded once. */
  fma(a: number, b: number, c: number): number;
  exp(x: number): number;
  log(x: number): number;
}

/** float32: every operation rounds, with `expF32` and `logF32`. */
export const float32: Precision = { round: f32, fma, exp: expF32, log: logF32 };

const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** 2^n as float32, for -126 <= n <= 127. */
function powerOfTwo(n: number): number {
  bits[0] = (n + 127) << 23;
  return floats[0];
}

/** The exponent of a positive float32 that is not denormal; 128 for Infinity. */
function exponentOf(x: number): number {
  floats[0] = x;
  return (bits[0] >>> 23) - 127;
}

/** `terms[0] * x^last + … + terms[last]` by Horner's rule, each step rounded once. */
function polynomial(terms: readonly number[], x: number): number {
  let value = terms[0];
  for (let i = 1; i < terms.length; i++) value = fma(value, x, terms[i]);
  return value;
}

/** `x` limited to `low` and `high`; NaN stays NaN. */
export function clampTo(x: number, low: number, high: number): number {
  const raised = x < low ? low : x;
  return raised > high ? high : raised;
}

/** e^x of a float32, at most 1 ulp from exact. */
export function expF32(x: number): number {
  if (x !== x) return x;
  if (x < -EXP_BOUND) return 0;
  if (x > EXP_BOUND) return Infinity;
  const n = f32(f32(f32(x * LOG2_E) + ROUNDER) - ROUNDER);
  const r = fma(n, -LN2_LOW, fma(n, -LN2_HIGH, x));
  const y = f32(1 + fma(f32(r * r), polynomial(EXP_TERMS, r), r));
  const half = n >> 1;
  return f32(f32(y * powerOfTwo(half)) * powerOfTwo(n - half));
}

/** ln x of a float32, at most 1 ulp from exact; -Infinity for 0, NaN for negative x. */
export function logF32(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x < 0) return NaN;
  if (x === 0) return -Infinity;
  const denormal = x < SMALLEST_NORMAL;
  const scaled = denormal ? x * TWO_TO_64 : x;
  // scaled = m * 2^n with 0.75 <= m < 1.5, then ln m = 2 (q + q^3 / 3 + …) with q = (m - 1) / (m + 1).
  const n = exponentOf(f32(scaled * f32(1 / 0.75)));
  const half = n >> 1;
  const m = scaled * powerOfTwo(-half) * powerOfTwo(half - n);
  const [high, low] = quotient(twoSum(-1, m), twoSum(1, m));
  const square = f32(high * high);
  const e = denormal ? n - 64 : n;
  const product = f32(LN2[0] * e);
  const error = fma(LN2[1], e, fma(LN2[0], e, -product));
  const twice = f32(high * 2);
  const sum = f32(product + twice);
  const rest = f32(f32(f32(f32(product - sum) + twice) + error) + f32(low * 2));
  const tail = f32(f32(square * high) * polynomial(LOG_TERMS, square));
  const total = f32(sum + tail);
  return f32(total + f32(f32(f32(sum - total) + tail) + rest));
}

/** A number as the sum of two float32. */
type Pair = readonly [high: number, low: number];

/** `x + y` and the error of its rounding, which is exact. */
function twoSum(x: number, y: number): Pair {
  const sum = f32(x + y);
  const added = f32(sum - x);
  return [sum, f32(f32(x - f32(sum - added)) + f32(y - added))];
}

/** `a / b` by the reciprocal of b's high part, with its error to first order. */
function quotient(a: Pair, b: Pair): Pair {
  const inverse = f32(1 / b[0]);
  const high = f32(a[0] * inverse);
  const productError = fma(inverse, a[0], -high);
  const inverseError = fma(-b[1], inverse, fma(-b[0], inverse, 1));
  return [high, fma(high, inverseError, fma(a[1], inverse, productError))];
}
