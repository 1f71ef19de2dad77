/** Arguments to check float64 functions of the small normal draws with: uniform numbers as `Generator` draws them. */
import { MersenneTwister } from "../../../core/random/mersenne_twister.ts";

const twoTo53 = 2 ** 53;

/**
 * Multiples of 2^-53 in [0, 1), always the same ones: 0, the largest, 100,000 over the whole interval, and 60,000 near
 * those where a function takes another course: quarters, whose multiples of 2 pi are zeros of sine or cosine, and
 * 1 - 2^-k, where the logarithm is near a multiple of ln 2.
 */
export function uniforms(): Float64Array {
  const twister = new MersenneTwister(5489);
  const wide = Array.from({ length: 100_000 }, () => {
    const high = twister.next32() & 0x1fffff;
    return high * 2 ** 32 + twister.next32();
  });
  const centres = [
    ...[0, 1, 2, 3, 4].map((k) => k / 4),
    ...Array.from({ length: 10 }, (_, k) => 1 - 2 ** -(k + 1)),
  ].map((centre) => centre * twoTo53);
  const near = centres.flatMap((centre) =>
    Array.from({ length: 4000 }, (_, i) => {
      // Distances of every order of magnitude up to 2^32.
      const distance = twister.next32() >>> (i % 32);
      return Math.min(Math.max(i % 2 === 0 ? centre + distance : centre - distance, 0), twoTo53 - 1);
    })
  );
  return Float64Array.from([0, twoTo53 - 1, ...wide, ...near], (count) => count / twoTo53);
}
