/** Files that the user chose, outside caches and results: links are followed, but only plain files are opened. */
import { attempt, type EntryKind, type FileStatus, ifFound, statusOf } from "./entry.ts";
import { readAll } from "./open_file.ts";

/** The status of a file; null if it cannot be determined. Of a link it is the target's, except that the kind is "link". */
export function statusOfInput(path: string): FileStatus | null {
  return attempt(() => {
    const info = Deno.lstatSync(path);
    return info.isSymlink ? { ...statusOf(Deno.statSync(path)), kind: "link" } : statusOf(info);
  });
}

/** What is at a path, or behind a link there; null if that cannot be determined. */
export function kindOfInput(path: string): EntryKind | null {
  return attempt(() => statusOf(Deno.statSync(path)).kind);
}

/** Whether there is a link at a path, also one that leads nowhere. */
export function isLink(path: string): boolean {
  return attempt(() => Deno.lstatSync(path).isSymlink) ?? false;
}

/** The path with links resolved; as it is if it does not exist. */
export function realPathOf(path: string): string {
  return attempt(() => Deno.realPathSync(path)) ?? path;
}

/** Opens a file for reading; null if it does not exist or is no plain file. Reading a pipe would block forever. */
export function openInput(path: string | URL): Deno.FsFile | null {
  return ifFound(() => Deno.statSync(path).isFile ? Deno.openSync(path) : null);
}

/** The content of a file; null if it does not exist or is no plain file. @throws RangeError beyond `maxBytes`. */
export function readInput(path: string | URL, maxBytes: number): Uint8Array<ArrayBuffer> | null {
  using file = openInput(path);
  return file && readAll(file, maxBytes);
}
