/** What the functions of Sleef have in common: float32 numbers taken apart, powers of two and polynomials. */
import { fma } from "./plain_fma.ts";

const f32 = Math.fround;

export const LOG2_E = f32(1.44269504088896341);
/** ln 2 in two parts; the first has few enough bits that its product with every exponent is exact. */
export const LN2_HIGH = f32(0.693145751953125);
export const LN2_LOW = f32(1.428606765330187045e-06);
/** Adding and subtracting 1.5 * 2^23 rounds to the nearest integer (ties to even). */
const ROUNDER = 12582912;

const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** 2^n as float32, for -126 <= n <= 127. */
function powerOfTwo(n: number): number {
  bits[0] = (n + 127) << 23;
  return floats[0];
}

/** `x * 2^n`, by two factors: 2^n can be beyond what one float32 can be. */
export function timesPowerOfTwo(x: number, n: number): number {
  const half = n >> 1;
  return f32(f32(x * powerOfTwo(half)) * powerOfTwo(n - half));
}

/** The exponent of a positive float32 that is not denormal; 128 for Infinity. */
export function exponentOf(x: number): number {
  floats[0] = x;
  return (bits[0] >>> 23) - 127;
}

/** The integer that is nearest to a small float32. */
export function roundToInteger(x: number): number {
  return f32(f32(x + ROUNDER) - ROUNDER);
}

/** `terms[0] * x^last + … + terms[last]` by Horner's rule, each step rounded once. */
export function polynomial(terms: readonly number[], x: number): number {
  let value = terms[0];
  for (let i = 1; i < terms.length; i++) value = fma(value, x, terms[i]);
  return value;
}
