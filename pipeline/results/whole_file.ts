/** Writes single files completely or not at all: under a temporary name first, then renamed. */
import { basename, dirname, join } from "node:path";
import { kindOfInput } from "../engine/files/input_file.ts";
import { writeAll } from "../engine/files/open_file.ts";
import { Tree } from "../engine/files/tree.ts";
import { ResultsError } from "../engine/run_errors.ts";

/**
 * Writes a file in the folder `root` (default: the file's), which the user chose, and creates the folders to it. It is not
 * synced to the disk: a power failure may damage it.
 * @throws ResultsError, which calls the file `what`, if it cannot be written; an older file stays as it was.
 */
export function writeWhole(path: string, bytes: Uint8Array, what: string, root: string = dirname(path)): void {
  const temporary = temporaryOf(path);
  const tree = new Tree(root, (_, error) => {
    // What a process may do is not a matter of this file.
    if (error instanceof Deno.errors.NotCapable) return error;
    return new ResultsError(`Cannot write ${what} to ${path}: ${(error as Error).message}.`);
  });
  tree.makeFolder(dirname(path));
  tree.remove(temporary);
  {
    using file = tree.create(temporary);
    try {
      writeAll(file, bytes);
    } catch (error) {
      throw tree.explain(path, error);
    }
  }
  tree.rename(temporary, path);
}

/** The paths that have to be writable for `writeWhole` to write a file: a folder only if it does not exist yet. */
export function pathsToWrite(path: string): string[] {
  const folder = dirname(path);
  return [path, temporaryOf(path), ...(kindOfInput(folder) === null ? [folder] : [])];
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.new`);
}
