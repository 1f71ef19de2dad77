import { Generator } from "./generator.ts";

/**
 * The order of rows in each epoch of a loop `for batch in loader` with the loader `DataLoader(shuffle=True,
 * generator=torch.Generator().manual_seed(seed))`. Every epoch draws one int64, `randperm(rows)`, and a second
 * `randperm(rows)` that torch throws away.
 */
export class EpochOrder {
  #generator: Generator;
  /** The epoch that the generator draws next. */
  #next = 1;

  /** @param rows At least 1. @param shuffle If false, every epoch has the order of the dataset. */
  constructor(readonly seed: number | bigint, readonly rows: number, readonly shuffle: boolean) {
    checkCount("number of rows", rows);
    this.#generator = new Generator(seed);
  }

  /**
   * The row numbers in the order of an epoch. Epochs can be requested in any order: later ones skip draws, earlier ones
   * draw again from the seed.
   * @param epoch From 1.
   * @param out The array to write to, `[rows]`. Default: a new array.
   * @throws RangeError if the epoch is not an integer of at least 1.
   */
  epoch(epoch: number, out: Int32Array = new Int32Array(this.rows)): Int32Array {
    checkCount("epoch", epoch);
    if (!this.shuffle) {
      out.forEach((_, i) => out[i] = i);
      return out;
    }
    if (epoch < this.#next) {
      this.#generator = new Generator(this.seed);
      this.#next = 1;
    }
    const [int64Draws, permutationDraws] = [2, this.rows - 1];
    this.#generator.skip((epoch - this.#next) * (int64Draws + 2 * permutationDraws) + int64Draws);
    this.#next = epoch + 1;
    this.#generator.randperm(this.rows, out);
    this.#generator.skip(permutationDraws);
    return out;
  }
}

function checkCount(what: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new RangeError(`epoch order: expected a ${what} that is an integer of at least 1; found ${count}`);
}
