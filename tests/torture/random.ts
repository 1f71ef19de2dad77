/** Random choices that depend on a seed and a name, so every trial can be repeated on its own. */
import { digestOfPlain } from "../../pipeline/engine/store/digest.ts";

export class Random {
  readonly #seed: string;
  #draws = 0;

  /** The same `seed` and `name` have the same choices. */
  constructor(seed: number, name: string) {
    this.#seed = `${seed} ${name}`;
  }

  /** An integer from 0 to `count - 1`. */
  below(count: number): number {
    const word = parseInt(digestOfPlain(`${this.#seed} ${this.#draws++}`).slice(0, 8), 16);
    return Math.floor(word / 2 ** 32 * count);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}
