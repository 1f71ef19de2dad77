/** Copies of the project, for tests that change its code or run it from another path. */
import { join } from "node:path";

const PROJECT = join(import.meta.dirname!, "..");

/** Copies a folder. */
export function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(join(from, name), join(to, name));
    else Deno.copyFileSync(join(from, name), join(to, name));
  }
}

/** Copies what runs of the project; the packages are the same ones. */
export function copyProject(to: string): void {
  for (const folder of ["build", "core", "experiments", "pipeline", "std"]) {
    copyFolder(join(PROJECT, folder), join(to, folder));
  }
  for (const file of ["deno.json", "deno.lock", "package.json"]) Deno.copyFileSync(join(PROJECT, file), join(to, file));
  Deno.symlinkSync(join(PROJECT, "node_modules"), join(to, "node_modules"));
}

/**
 * Replaces a piece of a file of the copy.
 * @throws Error when the file does not have it exactly once: the test would change something else, or nothing.
 */
export function edit(path: string, from: string, to: string): void {
  const text = Deno.readTextFileSync(path);
  const count = text.split(from).length - 1;
  if (count !== 1) throw new Error(`${path} has ${JSON.stringify(from)} ${count} times, not once.`);
  Deno.writeTextFileSync(path, text.replace(from, () => to));
}
