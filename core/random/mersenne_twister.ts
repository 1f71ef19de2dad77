/** MT19937 with its seeding, by the authors' revision of 2002. What it draws is in plain_draws.ts, beside the kernels. */
import { next32, refill, WORDS } from "../kernels/plain_draws.ts";

const seedMultiplier = 1812433253;

/** The generator. */
export class MersenneTwister {
  /** The words and, after them, how many of them are drawn; `[625]`. */
  readonly state = new Int32Array(WORDS + 1);

  /** @param seed Only its low 32 bits are used. */
  constructor(seed: number) {
    const { state } = this;
    state[0] = seed;
    for (let i = 1; i < WORDS; i++) {
      const before = state[i - 1];
      state[i] = Math.imul(seedMultiplier, before ^ (before >>> 30)) + i;
    }
    state[WORDS] = WORDS;
  }

  /** The next output, an integer in [0, 2^32). */
  next32(): number {
    return next32(this.state);
  }

  /** Skips `count` outputs, in a quarter of the time of drawing them. */
  skip(count: number): void {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`skip: expected a number of draws, an integer of at least 0; found ${count}`);
    }
    let left = count;
    while (left > WORDS - this.state[WORDS]) {
      left -= WORDS - this.state[WORDS];
      refill(this.state);
    }
    this.state[WORDS] += left;
  }
}
