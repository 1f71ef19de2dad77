/**
 * A download in the making: the bytes that have arrived, and what tells whether the server's file is still the same.
 * Both are on the disk, so that a later process can go on where this one was stopped, however it was stopped.
 */
import { join } from "node:path";

/** The file that grows. It is named after the digest of what it will be, so that nothing else is ever continued with. */
export class PartialFile {
  readonly path: string;
  readonly #validatorPath: string;

  constructor(folder: string, sha256: string) {
    this.path = join(folder, `${sha256}.part`);
    this.#validatorPath = join(folder, `${sha256}.validator`);
  }

  /** How many bytes have arrived. */
  async length(): Promise<number> {
    return await orNull(Deno.stat(this.path).then(({ size }) => size)) ?? 0;
  }

  /** What goes into the header If-Range: the server then sends the rest only of the file that was begun. */
  async validator(): Promise<string | null> {
    return await orNull(Deno.readTextFile(this.#validatorPath));
  }

  /**
   * Starts over. The file is emptied before the validator is written: whenever the process is stopped, bytes that are
   * there belong to the validator that is there.
   */
  async begin(validator: string | null): Promise<void> {
    await Deno.writeFile(this.path, new Uint8Array(0));
    await orNull(Deno.remove(this.#validatorPath));
    if (validator !== null) await Deno.writeTextFile(this.#validatorPath, validator);
  }

  /** Opens the file to write what comes next. */
  open(): Promise<Deno.FsFile> {
    return Deno.open(this.path, { append: true, create: true });
  }

  /** Makes the finished file the file `path`. */
  async finishAs(path: string): Promise<void> {
    await Deno.rename(this.path, path);
    await this.remove();
  }

  async remove(): Promise<void> {
    await orNull(Deno.remove(this.path));
    await orNull(Deno.remove(this.#validatorPath));
  }
}

/** Null when the file is not there. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
