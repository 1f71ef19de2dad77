/** Large artifacts that a process keeps in memory once it has read and checked them: trials of a sweep share a dataset. */

/** Smaller ones are read as fast as they are copied. Bytes. */
const LEAST = 1 << 20;

/** Bytes by their digest. */
export class KeptBytes {
  readonly #kept = new Map<string, Uint8Array>();
  #room: number;

  /** `limit`: bytes to keep at most. What comes first stays. */
  constructor(limit: number) {
    this.#room = limit;
  }

  /** Fills `target` with the bytes of this digest; false if they are not kept. */
  copyTo(target: Uint8Array, digest: string): boolean {
    const bytes = this.#kept.get(digest);
    if (bytes === undefined) return false;
    target.set(bytes);
    return true;
  }

  /** Keeps a copy of checked bytes, if there is room. */
  keep(bytes: Uint8Array, digest: string): void {
    if (bytes.length < LEAST || bytes.length > this.#room || this.#kept.has(digest)) return;
    this.#kept.set(digest, bytes.slice());
    this.#room -= bytes.length;
  }
}
