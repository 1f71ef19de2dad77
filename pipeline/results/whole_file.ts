/** Writes single files completely or not at all: under a temporary name first, then renamed. */
import { basename, dirname, join } from "node:path";
import { kindOfInput } from "../engine/files/entry.ts";
import { writeAll } from "../engine/files/open_file.ts";
import { Tree } from "../engine/files/tree.ts";
import { ResultsError, UsageError } from "../engine/run_errors.ts";

/**
 * Writes a file, and creates the folders to it. It is not synced to the disk. What has the name of its temporary file
 * is the user's, unless it is in the folder `results`. `bytes` can be a function of what the file is by now: no other process
 * writes it meanwhile, and nothing is written if it throws.
 * @throws ResultsError, which calls the file `what`, if it cannot be written; an older file stays as it was.
 */
export function writeWhole(
  path: string,
  bytes: Uint8Array | (() => Uint8Array),
  what: string,
  results?: string,
): void {
  const temporary = temporaryOf(path);
  const tree = new Tree(results ?? dirname(path), (_, error) => {
    // What a process may do is not a matter of this file.
    if (error instanceof Deno.errors.NotCapable) return error;
    return new ResultsError(`Cannot write ${what} to ${path}: ${(error as Error).message}.`);
  });
  tree.makeFolder(dirname(path));
  const before = tree.status(temporary)?.kind;
  if (results === undefined && before === "file") {
    const advice = "If a process that was killed has left it, remove it";
    throw tree.explain(path, new Error(`the file ${temporary}, which is to be written first, exists. ${advice}`));
  }
  if (before !== undefined) tree.remove(temporary);
  const created = tree.create(temporary);
  try {
    {
      using file = created;
      const content = typeof bytes === "function" ? bytes() : bytes;
      tree.explained(path, () => writeAll(file, content));
    }
    tree.rename(temporary, path);
  } catch (error) {
    tree.remove(temporary);
    throw error;
  }
}

/**
 * Checks, before work starts, that a file given with `--out` may be written: an existing one is replaced only if its name
 * says that it is of this kind.
 * @throws UsageError if it is another file, an experiment for example.
 */
export function checkReplaceable(path: string, ending: ".html" | ".png"): void {
  if (kindOfInput(path) !== "file" || path.toLowerCase().endsWith(ending)) return;
  throw new UsageError(`--out ${path}: there is such a file. Only files whose names end in ${ending} are replaced.`);
}

/** The paths that have to be writable for `writeWhole` to write a file: a folder only if it does not exist yet. */
export function pathsToWrite(path: string): string[] {
  const folder = dirname(path);
  return [path, temporaryOf(path), ...(kindOfInput(folder) === null ? [folder] : [])];
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.new`);
}
