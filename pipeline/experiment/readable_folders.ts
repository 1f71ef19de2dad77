/**
 * Where an experiment may read. The file may come from somebody else, so that what it names, links followed, must lie in
 * its own folder or in the current one, or in a folder that the user passed.
 */
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../engine/run_errors.ts";

/** The real paths of the folders that may be read for an experiment file. `data` are those that the user passed. */
export function placesOf(file: string, data: readonly string[]): string[] {
  return [dirname(resolve(file)), Deno.cwd(), ...data].map(realPath);
}

/**
 * Checks that a path which `file` names lies in one of `places`. `folderToPass` gives the folder that makes it so.
 * @throws ConfigError that says where it leads, and what to type if that is meant.
 */
export function mustLieIn(
  places: readonly string[],
  path: string,
  file: string,
  folderToPass: (real: string) => string = dirname,
): void {
  const real = realPath(path);
  if (places.some((place) => isInside(place, real))) return;
  throw new ConfigError(
    `${file} names ${path}, which leads to ${real}: outside of the experiment's folder and of the current one. ` +
      `If you mean it, pass the folder: --data ${quoted(folderToPass(real))}`,
  );
}

/** The folder of a `file` source as a path, seen from the experiment `file`. */
export function folderOf(file: string, path: string): string {
  return path.startsWith("file:") ? fileURLToPath(path) : resolve(dirname(file), path);
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path without links; of one that is not there, its part that is. */
function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return Deno.realPathSync(whole);
  } catch {
    return whole === dirname(whole) ? whole : join(realPath(dirname(whole)), whole.slice(dirname(whole).length));
  }
}

function quoted(path: string): string {
  return /^[\w./:\\@+-]+$/.test(path) ? path : JSON.stringify(path);
}
