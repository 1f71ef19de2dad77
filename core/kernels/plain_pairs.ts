/** Numbers as the sum of two float32, as Sleef computes with them. */
import { fma } from "./plain_fma.ts";

const f32 = Math.fround;

/** A number as the sum of two float32. */
export type Pair = readonly [high: number, low: number];

/** `x + y` and the error of its rounding, which is exact. */
export function twoSum(x: number, y: number): Pair {
  const sum = f32(x + y);
  const added = f32(sum - x);
  return [sum, f32(f32(x - f32(sum - added)) + f32(y - added))];
}

/** `x + y`, whichever is larger. */
export function add([high, low]: Pair, y: Pair): Pair {
  const [sum, error] = twoSum(high, y[0]);
  return [sum, f32(error + f32(low + y[1]))];
}

/** `x + y` for a float32 y, whichever is larger. */
export function addFloat([high, low]: Pair, y: number): Pair {
  const [sum, error] = twoSum(high, y);
  return [sum, f32(error + low)];
}

/** `x + y` where |x| >= |y|. */
export function addSmaller([high, low]: Pair, y: Pair): Pair {
  const sum = f32(high + y[0]);
  return [sum, f32(f32(f32(f32(high - sum) + y[0]) + low) + y[1])];
}

/** `1 + y` where |y| <= 1. */
export function onePlus([high, low]: Pair): Pair {
  const sum = f32(1 + high);
  return [sum, f32(f32(f32(1 - sum) + high) + low)];
}

/** `x * y`. */
export function multiply([high, low]: Pair, y: Pair): Pair {
  const product = f32(high * y[0]);
  return [product, fma(high, y[1], fma(low, y[0], fma(high, y[0], -product)))];
}

/** `x * y` for a float32 y. */
export function multiplyFloat([high, low]: Pair, y: number): Pair {
  const product = f32(high * y);
  return [product, fma(low, y, fma(high, y, -product))];
}

/** `x * x`. */
export function square([high, low]: Pair): Pair {
  const product = f32(high * high);
  return [product, fma(f32(high + high), low, fma(high, high, -product))];
}

/** `1 / x`. */
export function reciprocal([high, low]: Pair): Pair {
  const inverse = f32(1 / high);
  return [inverse, f32(inverse * fma(-low, inverse, fma(-high, inverse, 1)))];
}

/** `x / y` by the reciprocal of y's high part, with its error to first order. */
export function divide([high, low]: Pair, y: Pair): Pair {
  const inverse = f32(1 / y[0]);
  const quotient = f32(high * inverse);
  const productError = fma(inverse, high, -quotient);
  const inverseError = fma(-y[1], inverse, fma(-y[0], inverse, 1));
  return [quotient, fma(quotient, inverseError, fma(low, inverse, productError))];
}

/** `-x`. */
export function negative([high, low]: Pair): Pair {
  return [-high, -low];
}
