/**
 * An unfinished download: the bytes that have arrived, and the validator that shows whether the file on the server is
 * still the same. Both are on disk, so a later process can resume the download, however this one ends.
 */
import { join } from "node:path";
import { ifFound } from "./disk.ts";

/** The growing file. Its name contains the digest of the complete file, so it is never resumed as another one. */
export class PartialFile {
  readonly path: string;
  readonly #validatorPath: string;

  constructor(folder: string, sha256: string) {
    this.path = join(folder, `${sha256}.part`);
    this.#validatorPath = join(folder, `${sha256}.validator`);
  }

  /** The number of bytes that have arrived. */
  async length(): Promise<number> {
    return (await ifFound(Deno.stat(this.path)))?.size ?? 0;
  }

  /** The value of the header If-Range, with which a server sends the rest only if the file has not changed. */
  async validator(): Promise<string | null> {
    return await ifFound(Deno.readTextFile(this.#validatorPath));
  }

  /** Starts over. The file is emptied first, so existing bytes always belong to the existing validator. */
  async begin(validator: string | null): Promise<void> {
    await Deno.writeFile(this.path, new Uint8Array(0));
    await ifFound(Deno.remove(this.#validatorPath));
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
    await ifFound(Deno.remove(this.path));
    await ifFound(Deno.remove(this.#validatorPath));
  }
}
