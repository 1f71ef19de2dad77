/** Errors in code of a user: where in it they happened. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { findPlaces } from "./failure.ts";
import { type CodeRoot, nameOf } from "../engine/keys/code_map.ts";

let folders: readonly CodeRoot[] = [];

/** From now on, errors that come out of code in these folders name its file and line. */
export function showCodeOf(roots: readonly CodeRoot[]): void {
  folders = roots;
  findPlaces(userPlaceOf);
}

/** Whether a module is code of a user. */
export function isCodeOf(url: string): boolean {
  if (!url.startsWith("file:") || url.includes("/node_modules/")) return false;
  try {
    return nameOf(fileURLToPath(url), folders) !== null;
  } catch {
    // The text of an error can contain anything.
    return false;
  }
}

/** A module as the user would name it: its path from the current folder, if it is in it. */
export function placeIn(url: string): string {
  const path = fileURLToPath(url);
  const way = relative(Deno.cwd(), path);
  return way.startsWith("..") ? path : way;
}

/** Where in code of a user an error happened, as "mine.ts:12:7"; null if none took part. */
export function userPlaceOf(error: unknown): string | null {
  const stack = error instanceof Error ? error.stack ?? "" : "";
  for (const [, url, line, column] of stack.matchAll(/(file:\/\/[^\s)]+?):(\d+):(\d+)/g)) {
    if (isCodeOf(url)) return `${placeIn(url)}:${line}:${column}`;
  }
  return null;
}
