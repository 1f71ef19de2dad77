/** The experiments that come with Retrace. */
import { join } from "node:path";
import { OWN_CODE } from "../define/own_code.ts";
import { kindOfInput } from "../engine/files/entry.ts";

/** Where a path in experiments/ is looked for, which may be a pattern: in the current folder, then in Retrace's own. */
export function placesOf(path: string): string[] {
  return /^(\.[/\\])?experiments[/\\]/.test(path) ? [path, join(OWN_CODE.folder, path)] : [path];
}

/** The first of the places that has the file; if none has, the path itself. */
export function hereOrShipped(path: string): string {
  return placesOf(path).find((one) => kindOfInput(one) !== null) ?? path;
}
