// e^x and ln x of four float32. Methods and coefficients: expf and logf of Cephes (Stephen L. Moshier). Every constant
// and step is the same as in plain_math.ts, which says more.
import { splat } from "./vector";

const SMALLEST_NORMAL: f32 = 1.1754943508222875e-38;
const ROUNDER: f32 = 12582912;
/** The bits of ROUNDER: a rounded number's low bits are the integer itself. */
const ROUNDER_BITS: i32 = 0x4b400000;
const SQRT_HALF_BITS: i32 = 0x3f3504f3;

/** y * x + term, two roundings. */
function horner(y: v128, x: v128, term: f32): v128 {
  return f32x4.add(f32x4.mul(y, x), splat(term));
}

/** 2^n as float32, for -126 <= n <= 127. */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** Flushes denormals to 0: lanes closer to 0 than the smallest normal float32. */
export function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), splat(SMALLEST_NORMAL)));
}

export function exp4(x: v128): v128 {
  // pmin and pmax keep the first operand when it is NaN.
  const clamped = f32x4.pmin(f32x4.pmax(x, splat(-104)), splat(89));
  const rounded = f32x4.add(f32x4.mul(clamped, splat(1.44269504088896341)), splat(ROUNDER));
  const n = f32x4.sub(rounded, splat(ROUNDER));
  const high = f32x4.sub(clamped, f32x4.mul(n, splat(0.693359375)));
  const r = f32x4.sub(high, f32x4.mul(n, splat(-2.12194440e-4)));
  let y = splat(1.9875691500e-4);
  y = horner(y, r, 1.3981999507e-3);
  y = horner(y, r, 8.3334519073e-3);
  y = horner(y, r, 4.1665795894e-2);
  y = horner(y, r, 1.6666665459e-1);
  y = horner(y, r, 5.0000001201e-1);
  y = f32x4.add(f32x4.add(f32x4.mul(y, f32x4.mul(r, r)), r), splat(1));
  // 2^n in two factors: n reaches from -150 to 128, more than one float32 power of two can be.
  const whole = i32x4.sub(rounded, i32x4.splat(ROUNDER_BITS));
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

export function log4(x: v128): v128 {
  const denormal = f32x4.lt(x, splat(SMALLEST_NORMAL));
  const bits = v128.bitselect(f32x4.mul(x, splat(8388608)), x, denormal);
  const exponent = i32x4.shr_s(i32x4.sub(bits, i32x4.splat(SQRT_HALF_BITS)), 23);
  const f = f32x4.sub(i32x4.sub(bits, i32x4.shl(exponent, 23)), splat(1));
  const e = f32x4.convert_i32x4_s(i32x4.sub(exponent, v128.and(denormal, i32x4.splat(23))));
  const square = f32x4.mul(f, f);
  let y = splat(7.0376836292e-2);
  y = horner(y, f, -1.1514610310e-1);
  y = horner(y, f, 1.1676998740e-1);
  y = horner(y, f, -1.2420140846e-1);
  y = horner(y, f, 1.4249322787e-1);
  y = horner(y, f, -1.6668057665e-1);
  y = horner(y, f, 2.0000714765e-1);
  y = horner(y, f, -2.4999993993e-1);
  y = horner(y, f, 3.3333331174e-1);
  y = f32x4.mul(f32x4.mul(y, f), square);
  y = f32x4.add(y, f32x4.mul(e, splat(-2.12194440e-4)));
  y = f32x4.sub(y, f32x4.mul(square, splat(0.5)));
  const ln = f32x4.add(f32x4.add(f, y), f32x4.mul(e, splat(0.693359375)));
  return special(x, ln);
}

/** ln x where x > 0 and finite; else Infinity and NaN as they are, -Infinity for 0, NaN below 0. */
function special(x: v128, ln: v128): v128 {
  let result = v128.bitselect(ln, x, f32x4.lt(x, splat(Infinity)));
  result = v128.bitselect(splat(-Infinity), result, f32x4.eq(x, splat(0)));
  return v128.bitselect(splat(NaN), result, f32x4.lt(x, splat(0)));
}
