/** Ends a connection that says nothing any more. */

/** A signal that aborts when nothing was heard for too long. */
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

  /** Something came: the time starts anew. */
  heard(): void {
    clearTimeout(this.#timer);
    const seconds = this.#longest / 1000;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new Error(`the server sent nothing for ${seconds} s`));
    }, this.#longest);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
