/**
 * e^x and ln x in float32 as torch.exp and torch.log compute them: expf and logf of Sleef 3.5 with at most 1 ulp of
 * error (N. Shibata, F. Petrogalli, SLEEF: A Portable Vectorized Library of C Standard Mathematical Functions, 2020).
 */
import { erfF32, tanhF32 } from "./plain_curves.ts";
import { exponentOf, LN2_HIGH, LN2_LOW, LOG2_E, polynomial, roundToInteger, timesPowerOfTwo } from "./plain_float.ts";
import { fma } from "./plain_fma.ts";
import { libmErf, libmExp } from "./plain_libm.ts";
import { divide, twoSum } from "./plain_pairs.ts";

const f32 = Math.fround;

/** ln 2 as the sum of two float32. */
const LN2 = [f32(0.69314718246459960938), f32(-1.904654323148236017e-09)] as const;
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
  tanh(x: number): number;
  erf(x: number): number;
  /** e^x and erf x as the last elements of a tensor have them. */
  tailExp(x: number): number;
  tailErf(x: number): number;
}

/** float32: every operation rounds. */
export const float32: Precision = {
  round: f32,
  fma,
  exp: expF32,
  log: logF32,
  tanh: tanhF32,
  erf: erfF32,
  tailExp: libmExp,
  tailErf: libmErf,
};

/** The largest of numbers; NaN if one of them is. */
export function largest(values: Float32Array): number {
  let max = -Infinity;
  for (const value of values) max = Math.max(max, value);
  return max;
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
  const n = roundToInteger(f32(x * LOG2_E));
  const r = fma(n, -LN2_LOW, fma(n, -LN2_HIGH, x));
  const y = f32(1 + fma(f32(r * r), polynomial(EXP_TERMS, r), r));
  return timesPowerOfTwo(y, n);
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
  const m = timesPowerOfTwo(scaled, -n);
  const [high, low] = divide(twoSum(-1, m), twoSum(1, m));
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
