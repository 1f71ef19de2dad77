import { Generator } from "./generator.ts";

/**
 * The order of rows in each epoch, as `DataLoader(shuffle=True, generator=torch.Generator().manual_seed(seed))` draws it:
 * every epoch takes one int64 (the seed for worker processes, which nobody uses here), then `randperm(rows)`.
 */
export class EpochOrder {
  readonly #seed: number | bigint;
  readonly #rows: number;
  readonly #shuffle: boolean;
  #generator: Generator;
  /** The epoch whose draws come next. */
  #next = 1;

  /**
   * @param rows Rows in the dataset, at least 1.
   * @param shuffle False: every epoch takes the rows as they come.
   */
  constructor(seed: number | bigint, rows: number, shuffle: boolean) {
    if (!Number.isInteger(rows) || rows < 1) {
      throw new RangeError(`epoch order: expected a number of rows, an integer from 1 on; found ${rows}`);
    }
    this.#seed = seed;
    this.#rows = rows;
    this.#shuffle = shuffle;
    this.#generator = new Generator(seed);
  }

  /**
   * The rows in the order of an epoch. Epochs may be asked for in any order; the one after the last is the fastest, and
   * later ones cost a skip, no permutation.
   * @param epoch Counts from 1.
   * @param out Where to put it, `[rows]`; a new array by default.
   * @throws RangeError for an epoch that is no integer from 1 on.
   */
  epoch(epoch: number, out: Int32Array = new Int32Array(this.#rows)): Int32Array {
    if (!Number.isInteger(epoch) || epoch < 1) {
      throw new RangeError(`epoch order: expected an epoch, an integer from 1 on; found ${epoch}`);
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
