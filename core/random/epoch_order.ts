import { Generator } from "./generator.ts";

/**
 * The order of rows in each epoch, as `DataLoader(shuffle=True, generator=torch.Generator().manual_seed(seed))` draws it:
 * every epoch draws one int64 (the seed for worker processes, not used here), then `randperm(rows)`.
 */
export class EpochOrder {
  readonly #seed: number | bigint;
  readonly #rows: number;
  readonly #shuffle: boolean;
  #generator: Generator;
  /** The epoch that the generator is at. */
  #next = 1;

  /**
   * @param rows Rows in the dataset, at least 1.
   * @param shuffle False: every epoch has the order of the dataset.
   */
  constructor(seed: number | bigint, rows: number, shuffle: boolean) {
    if (!Number.isInteger(rows) || rows < 1) {
      throw new RangeError(`epoch order: expected a number of rows, an integer of at least 1; found ${rows}`);
    }
    this.#seed = seed;
    this.#rows = rows;
    this.#shuffle = shuffle;
    this.#generator = new Generator(seed);
  }

  /**
   * The row numbers in the order of an epoch. Epochs may be requested in any order; going forward skips draws, going back
   * starts over.
   * @param epoch From 1 on.
   * @param out Where to write it, `[rows]`; a new array by default.
   * @throws RangeError for an epoch that is not an integer of at least 1.
   */
  epoch(epoch: number, out: Int32Array = new Int32Array(this.#rows)): Int32Array {
    if (!Number.isInteger(epoch) || epoch < 1) {
      throw new RangeError(`epoch order: expected an epoch, an integer of at least 1; found ${epoch}`);
    }
    if (!this.#shuffle) {
      for (let i = 0; i < this.#rows; i++) out[i] = i;
      return out;
    }
    if (epoch < this.#next) {
      this.#generator = new Generator(this.#seed);
      this.#next = 1;
    }
    const int64Draws = 2;
    this.#generator.skip((epoch - this.#next) * (int64Draws + this.#rows - 1) + int64Draws);
    this.#next = epoch + 1;
    return this.#generator.randperm(this.#rows, out);
  }
}
