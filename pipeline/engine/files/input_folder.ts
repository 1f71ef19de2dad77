/** A folder that the user chose, as a list of its files and empty folders. Links are followed as long as they stay in it. */
import { join, sep } from "node:path";
import { ObstacleError, statusOf } from "./entry.ts";

/** A folder that cannot be read as a list of files. The message is a clause: "the link X leads out of the folder". */
export class FolderError extends Error {
  override name = "FolderError";
}

/**
 * The files in a folder and in the folders inside, as paths relative to it with "/", in the order of the disk.
 * A folder in which there is nothing is listed too, with "/" at its end: it may be a class without examples.
 * What is hidden, its name beginning with a dot, is left out. `looksAt` is called with every folder and file, first.
 * @throws FolderError for a link that leads out of it, nowhere or in a circle, and for more than `maxFiles` files.
 * @throws ObstacleError for a pipe, a socket or a device.
 */
export function filesInFolder(folder: string, maxFiles: number, looksAt: (path: string) => void): string[] {
  const root = Deno.realPathSync(folder);
  const names: string[] = [];

  function add(path: string, name: string): void {
    looksAt(path);
    if (names.push(name) > maxFiles) throw new FolderError(`${folder} has more than ${maxFiles} files`);
  }

  function walk(path: string, prefix: string, around: readonly string[]): void {
    looksAt(path);
    let isEmpty = true;
    for (const { name, isFile, isDirectory, isSymlink } of Deno.readDirSync(path)) {
      if (name.startsWith(".")) continue;
      isEmpty = false;
      const [inside, at] = [join(path, name), `${prefix}${name}`];
      const real = isSymlink ? targetOf(inside, root) : inside;
      const { kind } = isFile ? { kind: "file" } : isDirectory ? { kind: "folder" } : statusOf(Deno.statSync(real));
      if (kind === "file") add(inside, at);
      else if (kind !== "folder") throw new ObstacleError(inside, "file", kind as "device");
      else if (around.includes(real)) throw new FolderError(`the link ${inside} leads to a folder that it is in`);
      else walk(inside, `${at}/`, [...around, isSymlink ? real : join(around.at(-1)!, name)]);
    }
    if (isEmpty && prefix !== "") add(path, prefix);
  }

  walk(folder, "", [root]);
  return names;
}

/** What a link leads to. */
function targetOf(link: string, root: string): string {
  let real: string;
  try {
    real = Deno.realPathSync(link);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw new FolderError(`the link ${link} leads out of the folder`);
    throw new FolderError(`the link ${link} leads nowhere, or in a circle`);
  }
  if (real === root || real.startsWith(root + sep)) return real;
  throw new FolderError(`the link ${link} leads out of the folder, to ${real}`);
}
