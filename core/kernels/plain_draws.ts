/**
 * Plain twins of {@link DrawKernels}, and the generator they draw from: MT19937, that of all of torch's CPU draws. M.
 * Matsumoto, T. Nishimura: "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform Pseudo-Random Number Generator",
 * ACM Transactions on Modeling and Computer Simulation 8 (1998), from which all constants here are.
 */
import type { DrawKernels } from "./draws.ts";
import type { Precision } from "./plain_math.ts";

/** The generator's words. Its state has one number more: how many of them are drawn. */
export const WORDS = 624;
const SHIFT = 397;
const TWO_TO_32 = 4294967296;

/** The plain twins for a precision. */
export function plainDraws({ round }: Precision): DrawKernels {
  return {
    dropoutMask({ data }, { data: state }, p) {
      const keep = 1 - p;
      const scale = round(1 / round(keep));
      for (let i = 0; i < data.length; i++) data[i] = uniform53(state) < keep ? scale : 0;
    },
  };
}

/** 53 bits of a 64-bit draw, whose high word comes first: a multiple of 2^-53 in [0, 1). */
export function uniform53(state: Int32Array): number {
  const high = next32(state) & 0x1fffff;
  return (high * TWO_TO_32 + next32(state)) / 0x20000000000000;
}

/** The next output, an integer in [0, 2^32). */
export function next32(state: Int32Array): number {
  if (state[WORDS] === WORDS) refill(state);
  let y = state[state[WORDS]++];
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return (y ^ (y >>> 18)) >>> 0;
}

/** Makes the next words. */
export function refill(state: Int32Array): void {
  for (let i = 0; i < WORDS - SHIFT; i++) state[i] = state[i + SHIFT] ^ twist(state[i], state[i + 1]);
  for (let i = WORDS - SHIFT; i < WORDS - 1; i++) state[i] = state[i + SHIFT - WORDS] ^ twist(state[i], state[i + 1]);
  state[WORDS - 1] = state[SHIFT - 1] ^ twist(state[WORDS - 1], state[0]);
  state[WORDS] = 0;
}

/** The high bit of one word and the low 31 of the next, times the paper's matrix A. */
function twist(word: number, next: number): number {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}
