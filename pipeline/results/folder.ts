/** A run's results folder. It is built next to its final path and renamed, so readers see complete results, old or new. */
import { basename, dirname, join } from "node:path";
import { ResultsError } from "../engine/run_errors.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { writeAll } from "../engine/store/durable.ts";
import { ifExists, removeAny } from "./whole_file.ts";

/** Whether a file of this name is written by runs; the user may put others into the folder. */
export type IsOwn = (name: string) => boolean;

/** Predictions are the largest file: 100 bytes per test image and class. */
const MAX_FILE_BYTES = 2 ** 30;

/** The files of a folder by their names. */
export type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/**
 * Checks, before work starts, that results can be written.
 * @throws ResultsError if the folder is a link, or it or one around it is a file.
 */
export function checkPlace(folder: string): void {
  const obstacle = explained(folder, () => isLink(folder) ? "that is a link" : fileInTheWay(folder));
  if (obstacle === null) return;
  throw new ResultsError(
    `Results go to the folder ${folder}, but ${obstacle}. Move it away, or choose another folder with --results DIR.`,
  );
}

/** Replaces the folder's content by `files`; if that fails, the old content is restored. Files that are not own stay. */
export function replaceFolder(folder: string, files: Files, isOwn: IsOwn = () => true): void {
  explained(folder, () => {
    const { fresh, old } = neighbours(folder);
    removeAny(fresh);
    try {
      Deno.mkdirSync(fresh, { recursive: true });
      for (const [name, bytes] of files) writeSynced(join(fresh, name), bytes);
      if (isLink(folder)) Deno.removeSync(folder);
      if (isLink(old)) Deno.removeSync(old);
      if (statusOf(folder) !== null) Deno.renameSync(folder, old);
      Deno.renameSync(fresh, folder);
    } catch (error) {
      putBack(folder, isOwn);
      throw error;
    }
    dissolve(old, folder, isOwn);
  });
}

/** Cleans up after a killed process: restores the old results if the new ones are incomplete. */
export function recover(folder: string, isOwn: IsOwn = () => true): void {
  explained(folder, () => putBack(folder, isOwn));
}

/** The bytes of a file in the folder; null if there is none, it cannot be read, or is larger than any that a run writes. */
export function readFile(folder: string, name: string): Uint8Array<ArrayBuffer> | null {
  const path = join(folder, name);
  try {
    const { isFile, size } = Deno.statSync(path);
    return isFile && size <= MAX_FILE_BYTES ? Deno.readFileSync(path) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
}

/** True when the folder holds exactly these digests under these names. */
export function holdsFiles(folder: string, digests: Readonly<Record<string, string>>): boolean {
  return Object.entries(digests).every(([name, digest]) => {
    const bytes = readFile(folder, name);
    return bytes !== null && digestOfBytes(bytes) === digest;
  });
}

/**
 * The path of this folder's lock, next to it: processes with different caches may write the same results. Creates the file.
 * @throws ResultsError if that is not possible.
 */
export function lockPathOf(folder: string): string {
  return explained(folder, () => {
    Deno.mkdirSync(dirname(folder), { recursive: true });
    const path = join(dirname(folder), `.${basename(folder)}.lock`);
    if (isLink(path)) Deno.removeSync(path);
    Deno.openSync(path, { create: true, write: true }).close();
    return path;
  });
}

function putBack(folder: string, isOwn: IsOwn): void {
  const { fresh, old } = neighbours(folder);
  removeAny(fresh);
  // Runs make no links: the target of a link stays where it is.
  if (isLink(old)) Deno.removeSync(old);
  if (statusOf(old) === null) return;
  if (statusOf(folder) === null) Deno.renameSync(old, folder);
  else dissolve(old, folder, isOwn);
}

/** Removes the old folder, after moving files that are not the run's own to the new one. */
function dissolve(old: string, folder: string, isOwn: IsOwn): void {
  if (statusOf(old) === null) return;
  for (const { name } of [...Deno.readDirSync(old)]) {
    if (!isOwn(name) && statusOf(join(folder, name)) === null) Deno.renameSync(join(old, name), join(folder, name));
  }
  removeAny(old);
}

/** A problem with the path itself, or with the innermost folder around it that exists. */
function fileInTheWay(path: string): string | null {
  const status = statusOf(path);
  if (status !== null) return status.isDirectory ? null : `${path} is a file`;
  return path === dirname(path) ? null : fileInTheWay(dirname(path));
}

function neighbours(folder: string): { fresh: string; old: string } {
  const beside = (suffix: string) => join(dirname(folder), `.${basename(folder)}.${suffix}`);
  return { fresh: beside("new"), old: beside("old") };
}

function writeSynced(path: string, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  writeAll(file, bytes);
  file.syncSync();
}

function statusOf(path: string): Deno.FileInfo | null {
  return ifExists(() => Deno.statSync(path));
}

function isLink(path: string): boolean {
  return ifExists(() => Deno.lstatSync(path))?.isSymlink ?? false;
}

function explained<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ResultsError(
      `Cannot write the results to ${folder}: ${reason}. The outputs of the stages are stored; ` +
        "make room or choose another folder with --results DIR, and run again.",
    );
  }
}
