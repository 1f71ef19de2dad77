/** Ends a connection that has gone silent. */

/** A signal that aborts when nothing has been heard for too long. */
export class SilenceWatch {
  readonly #controller = new AbortController();
  readonly #longest: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `longest` is in milliseconds. */
  constructor(longest: number) {
    this.#longest = longest;
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something arrived: restarts the clock. */
  heard(): void {
    clearTimeout(this.#timer);
    const reason = new Error(`the server sent nothing for ${this.#longest / 1000} s`);
    this.#timer = setTimeout(() => this.#controller.abort(reason), this.#longest);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
