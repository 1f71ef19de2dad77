/**
 * An unfinished download: the bytes that have arrived, and the validator that shows whether the file on the server is
 * still the same. Both are on disk, so a later process can resume the download, however this one ends.
 */
import { join } from "node:path";
import { writeAll } from "../engine/files/open_file.ts";
import type { Tree } from "../engine/files/tree.ts";

/** More than any server sends. Bytes. */
const MAX_VALIDATOR_BYTES = 1 << 16;

/** The growing file. Its name is the digest of the complete file, if it is known, so it is never resumed as another one. */
export class PartialFile {
  readonly path: string;
  readonly #validatorPath: string;

  /** The file in a scratch folder, the tree's root. */
  constructor(readonly scratch: Tree, name: string) {
    this.path = join(scratch.root, `${name}.part`);
    this.#validatorPath = join(scratch.root, `${name}.validator`);
  }

  /** The number of bytes that have arrived. */
  length(): number {
    const status = this.scratch.status(this.path);
    return status?.kind === "file" ? status.size : 0;
  }

  /** The value of the header If-Range, with which a server sends the rest only if the file has not changed. */
  validator(): string | null {
    const bytes = this.scratch.read(this.#validatorPath, MAX_VALIDATOR_BYTES);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** Starts over. The file is emptied first, so existing bytes always belong to the existing validator. */
  begin(validator: string | null): void {
    this.#write(this.path, "");
    this.scratch.remove(this.#validatorPath);
    if (validator !== null) this.#write(this.#validatorPath, validator);
  }

  /** Opens the file for appending. */
  open(): Deno.FsFile {
    return this.scratch.openOrCreate(this.path, { append: true });
  }

  /** Moves the complete file to `path`. */
  finishAs(path: string): void {
    this.scratch.rename(this.path, path);
    this.remove();
  }

  /** Removes what has arrived. */
  remove(): void {
    this.scratch.remove(this.path);
    this.scratch.remove(this.#validatorPath);
  }

  #write(path: string, text: string): void {
    using file = this.scratch.openOrCreate(path);
    file.truncateSync();
    writeAll(file, new TextEncoder().encode(text));
  }
}
