/** Writes single files completely or not at all: under a temporary name first, then renamed. */
import { basename, dirname, join } from "node:path";
import { ResultsError } from "../engine/run_errors.ts";

/**
 * Writes a file, and creates its folder. It is not synced to the disk: a power failure may damage it.
 * @throws ResultsError, which calls the file `what`, if it cannot be written; an older file stays as it was.
 */
export function writeWhole(path: string, bytes: Uint8Array, what: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    removeAny(temporary);
    Deno.writeFileSync(temporary, bytes, { createNew: true });
    Deno.renameSync(temporary, path);
  } catch (error) {
    // A command without the permission explains how to grant it.
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new ResultsError(`Cannot write ${what} to ${path}: ${(error as Error).message}.`);
  }
}

/** Removes a folder with its content, a file, or a link, if there is one. */
export function removeAny(path: string): void {
  if (ifExists(() => Deno.lstatSync(path)) !== null) Deno.removeSync(path, { recursive: true });
}

/** Returns the result of `ask`; null if the path does not exist. */
export function ifExists<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}
