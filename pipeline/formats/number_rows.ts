/** Rows of numbers whose count is known only at the end. */

/** The numbers for which there is room at first, or those of a row. */
const FIRST_NUMBERS = 1 << 16;

/** Float32 rows of `width` numbers. Memory grows to little more than they need, by an estimate of how many there will be. */
export class NumberRows {
  #data: Float32Array<ArrayBuffer>;
  #count = 0;

  constructor(readonly width: number) {
    this.#data = new Float32Array(Math.max(FIRST_NUMBERS, width));
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a row, whose numbers the caller sets. `expected`: about how many rows there will be. */
  add(expected: number): Float32Array {
    const start = this.#count * this.width;
    if (start + this.width > this.#data.length) {
      this.#grow(Math.max(1.05 * expected, 1.3 * this.#count, this.#count + 1));
    }
    this.#count++;
    return this.#data.subarray(start, start + this.width);
  }

  /** All numbers, row after row. */
  get data(): Float32Array<ArrayBuffer> {
    return this.#data.subarray(0, this.#count * this.width);
  }

  #grow(rows: number): void {
    const grown = new Float32Array(Math.ceil(rows) * this.width);
    grown.set(this.#data);
    this.#data = grown;
  }
}
