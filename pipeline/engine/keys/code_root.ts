/** The folders of code, and the names of the files in them. */
import { join, relative, resolve } from "node:path";
import { ifFound } from "../files/entry.ts";

/** A root folder of code. Keys name a file by its path in the root, so they do not depend on where the root is. */
export interface CodeRoot {
  /** The prefix of its file names, as in "user:mine.ts"; "" for Retrace's own root. */
  readonly name: string;
  /** An absolute path. */
  readonly folder: string;
  /** The folders of the program in it, relative to the root. Default: all of it. */
  readonly program?: readonly string[];
}

/** The name of a file in keys, as in "core/errors.ts" or "user:mine.ts"; null if it is outside all roots. */
export function nameOf(path: string, roots: readonly CodeRoot[]): string | null {
  // "/root/../other" is outside.
  const full = resolve(path);
  const isIn = (folder: string) => full.startsWith(join(folder, "/"));
  const around = roots.filter(({ folder }) => isIn(folder));
  // A project of a user's can be in the folder of the program. Of nested roots, the innermost.
  const ofProgram = around.find(({ folder, program = [] }) => program.some((name) => isIn(join(folder, name))));
  const root = ofProgram ?? around.reverse().sort((a, b) => b.folder.length - a.folder.length)[0];
  if (root === undefined) return null;
  const inRoot = relative(root.folder, full).replaceAll("\\", "/");
  return root.name === "" ? inRoot : `${root.name}:${inRoot}`;
}

/** Every file of the program, and those that determine the versions of its packages. */
export function programFiles(roots: readonly CodeRoot[]): string[] {
  const seen = new Set<string>();
  return roots.flatMap(({ folder, program = ["."] }) => [
    ...program.flatMap((name) => filesUnder(join(folder, name), seen)),
    ...["deno.json", "deno.lock", "package.json"].map((name) => join(folder, name)),
  ]);
}

/**
 * The files in a folder, following links, without packages and hidden files. Each folder is listed once, because links
 * can form a cycle.
 */
function filesUnder(folder: string, seen: Set<string>): string[] {
  const real = Deno.realPathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
    if (name === "node_modules" || name.startsWith(".")) return [];
    const path = join(folder, name);
    // Editors create links that lead nowhere.
    const info = ifFound(() => Deno.statSync(path));
    return info === null ? [] : info.isDirectory ? filesUnder(path, seen) : [path];
  });
}
