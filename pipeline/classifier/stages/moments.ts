/** The mean and the standard deviation of a dataset, added up in an order that depends only on its size. */
import type { Moments } from "../kinds/normalized_numbers.ts";

const TWO_TO_128 = 340282366920938463463374607431768211456;

/**
 * The moments of bytes, with the unbiased standard deviation (divided by n − 1, like torch.std), divided by the integer `divisor`. The sums are integers, so the only roundings are those of mean
 * = S₁ / (n·d) and variance = (n·S₂ − S₁²) / (n·(n − 1)·d²).
 */
export function measureBytes(values: Uint8Array, divisor: number): Moments {
  const counts = new Float64Array(256);
  for (let i = 0; i < values.length; i++) counts[values[i]]++;
  let sum = 0;
  let sumOfSquares = 0;
  for (let value = 0; value < 256; value++) {
    sum += counts[value] * value;
    sumOfSquares += counts[value] * value * value;
  }
  const [n, s1, s2, d] = [BigInt(values.length), BigInt(sum), BigInt(sumOfSquares), BigInt(divisor)];
  const variance = ratio(n * s2 - s1 * s1, n * (n - 1n) * d * d);
  return { mean: sum / (values.length * divisor), std: Math.sqrt(variance) };
}

/** The moments of floats, in ascending order in float64: first the mean, then the squared distances from it. */
export function measureFloats(values: Float32Array): Moments {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) * (values[i] - mean);
  return { mean, std: Math.sqrt(squares / (values.length - 1)) };
}

/** a / b for integers, with 128 fractional bits before it is rounded once; 0 if b is 0. */
function ratio(a: bigint, b: bigint): number {
  return b === 0n ? 0 : Number((a << 128n) / b) / TWO_TO_128;
}
