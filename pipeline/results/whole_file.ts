/** Writes files whole or not at all: beside their place first, and then renamed into it. */
import { dirname } from "node:path";
import { ResultsError } from "../engine/run_errors.ts";

/**
 * Writes a file, and makes the folder that it is in.
 * @throws ResultsError when it cannot be written, which says that it is `what`; a file that was there stays as it was.
 */
export function writeWhole(path: string, bytes: Uint8Array, what: string): void {
  const temporary = `${path}.new`;
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(temporary, bytes);
    Deno.renameSync(temporary, path);
  } catch (error) {
    // A command without the permission says itself how to grant it.
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new ResultsError(`Cannot write ${what} to ${path}: ${(error as Error).message}.`);
  }
}
