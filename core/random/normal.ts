/** torch's Box-Muller transform: in float32 and blocks of 16, or in float64 and pairs for fewer than 16 elements. */
import * as float32 from "./float32.ts";
import { log1p } from "./log1p.ts";
import { sineCosine } from "./sine_cosine.ts";

const f = Math.fround;
const twoPi = f(2 * Math.PI);
const pair = new Float32Array(2);

/** The number of elements that torch transforms together. */
export const blockSize = 16;

/**
 * Transforms 16 numbers from index `start` on, uniform in [0, 1), to standard normal ones, in place. Elements j and j + 8
 * determine the radius and the angle of a point whose coordinates replace them.
 */
export function normalBlock(data: Float32Array, start: number): void {
  const half = blockSize / 2;
  for (let j = start; j < start + half; j++) {
    const u1 = f(1 - data[j]);
    const radius = f(Math.sqrt(f(-2 * float32.log(u1))));
    float32.sinCos(f(twoPi * data[j + half]), pair);
    // torch adds the mean, 0, which turns -0 into 0.
    data[j] = f(radius * pair[1]) + 0;
    data[j + half] = f(radius * pair[0]) + 0;
  }
}

/**
 * Two standard normal float64 from two uniform ones, multiples of 2^-53 in [0, 1); torch returns the cosine first.
 * `Math.log1p`, `Math.sin` and `Math.cos` can differ between engines.
 * @throws RangeError for any other number.
 */
export function normalPair(u1: number, u2: number): [first: number, second: number] {
  const radius = Math.sqrt(-2 * log1p(-u2));
  const [sine, cosine] = sineCosine(2 * Math.PI * u1);
  return [radius * cosine, radius * sine];
}
