/**
 * An unfinished download: the bytes that have arrived, and the validator that tells whether the server's file is still
 * the same. Both are on the disk, so that a later process can resume it, however this one ended.
 */
import { join } from "node:path";
import { orNull } from "./disk.ts";

/** The file that grows. Its name holds the digest of the complete file, so that it is never resumed as another one. */
export class PartialFile {
  readonly path: string;
  readonly #validatorPath: string;

  constructor(folder: string, sha256: string) {
    this.path = join(folder, `${sha256}.part`);
    this.#validatorPath = join(folder, `${sha256}.validator`);
  }

  /** How many bytes have arrived. */
  async length(): Promise<number> {
    return (await orNull(Deno.stat(this.path)))?.size ?? 0;
  }

  /** The value of the header If-Range, with which a server sends the rest only of the file that was begun. */
  async validator(): Promise<string | null> {
    return await orNull(Deno.readTextFile(this.#validatorPath));
  }

  /**
   * Starts over. The file is emptied before the validator is written: whenever the process is killed, bytes that are
   * there belong to the validator that is there.
   */
  async begin(validator: string | null): Promise<void> {
    await Deno.writeFile(this.path, new Uint8Array(0));
    await orNull(Deno.remove(this.#validatorPath));
    if (validator !== null) await Deno.writeTextFile(this.#validatorPath, validator);
  }

  /** Opens the file for appending. */
  open(): Promise<Deno.FsFile> {
    return Deno.open(this.path, { append: true, create: true });
  }

  /** Moves the complete file to `path`. */
  async finishAs(path: string): Promise<void> {
    await Deno.rename(this.path, path);
    await this.remove();
  }

  async remove(): Promise<void> {
    await orNull(Deno.remove(this.path));
    await orNull(Deno.remove(this.#validatorPath));
  }
}
