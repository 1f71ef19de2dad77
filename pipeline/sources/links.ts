/** Links where files in the making belong: they can only have come with somebody else's cache. */
import { join } from "node:path";

/** Removes the links in a folder, if there is one, so that nothing is written to where they lead. */
export function removeLinks(folder: string): void {
  for (const { name, isSymlink } of entriesOf(folder)) {
    if (isSymlink) Deno.removeSync(join(folder, name));
  }
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
