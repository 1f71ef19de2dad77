/** The fused multiply-add, which neither JavaScript nor strict WebAssembly has. */

const f32 = Math.fround;
/** 2^128: what follows the largest float32 if exponents had no limit. */
const BEYOND = 3.4028236692093846e38;

/**
 * `a * b + c` of float32 numbers with one rounding to float32, denormal and infinite results included. The product is exact
 * in float64. The sum is rounded twice, to float64 and to float32; that differs from one rounding only if the float64 is
 * exactly halfway between two float32. Then the error of its rounding decides.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const near = Math.max(-BEYOND, Math.min(BEYOND, f32(sum)));
  const rest = sum - near;
  const far = near + 2 * rest;
  if (rest === 0 || f32(far) !== far) return f32(sum);
  const added = sum - product;
  const lost = (product - (sum - added)) + (c - added);
  return lost !== 0 && (lost > 0) === (rest > 0) ? far : f32(sum);
}
