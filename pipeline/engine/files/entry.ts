/** What is at a path: a plain file, a folder, or something else that is neither opened nor followed. */
import { readAll } from "./open_file.ts";

/** The kinds of directory entries, with the words that messages use. */
export type EntryKind = "file" | "folder" | "link" | "named pipe" | "socket" | "device";

/** What the file system records about an entry. Times are in milliseconds since 1970. */
export interface FileStatus {
  kind: EntryKind;
  /** In bytes. */
  size: number;
  inode: number | null;
  modified: number;
  /** When the inode last changed; null if the system does not record it. */
  changed: number | null;
}

/** Something else is where a file or a folder is expected. The message is a clause: "the folder X is a link". */
export class ObstacleError extends Error {
  override name = "ObstacleError";
  constructor(readonly path: string, expected: "file" | "folder", found: EntryKind) {
    super(`the ${expected} ${path} is a ${found}`);
  }
}

/** The status of an entry. */
export function statusOf(info: Deno.FileInfo): FileStatus {
  const { size, ino: inode, mtime, ctime } = info;
  return { kind: kindOf(info), size, inode, modified: mtime?.getTime() ?? 0, changed: ctime?.getTime() ?? null };
}

/** True if two statuses are of the same entry, as far as the system identifies entries. */
export function isSameEntry(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return kindOf(a) === kindOf(b) && (!a.ino || !b.ino || (a.ino === b.ino && a.dev === b.dev));
}

function kindOf(info: Deno.FileInfo): EntryKind {
  if (info.isFile) return "file";
  if (info.isDirectory) return "folder";
  if (info.isSymlink) return "link";
  return info.isFifo ? "named pipe" : info.isSocket ? "socket" : "device";
}

/** Returns the result of `work`, or null if a path that it needs does not exist. */
export function ifFound<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Returns the result of `work`, or null if it fails, for whatever reason. For what is optional only. */
export function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** The message of an error, without Deno's advice to start the program with other flags. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, run again with the --allow-[a-z]+ flag$/, "");
}

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
