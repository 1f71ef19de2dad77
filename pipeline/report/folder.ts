/**
 * A run's results folder. It is built beside its place and renamed into it, so that a reader sees the old results or
 * the new ones, whole, whatever happens to the process.
 */
import { dirname, join, resolve } from "node:path";
import { digestOfBytes, digestOfPlain } from "../digest.ts";
import { ResultsError } from "../errors.ts";

/** The files of a folder by their names. */
export type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/**
 * Checks, before work starts, that results can be written.
 * @throws ResultsError when the folder, or the one it is to be in, is a file.
 */
export function checkPlace(folder: string): void {
  for (const path of [dirname(folder), folder]) {
    const info = statusOf(path);
    if (info !== null && !info.isDirectory) {
      throw new ResultsError(
        `Results go to the folder ${folder}, but ${path} is a file. Move it away, or choose another folder with --results DIR.`,
      );
    }
  }
}

/** Replaces the folder's content by `files`. */
export function replaceFolder(folder: string, files: Files): void {
  explained(folder, () => {
    const { fresh, old } = neighbours(folder);
    removeFolder(fresh);
    Deno.mkdirSync(fresh, { recursive: true });
    for (const [name, bytes] of files) writeSynced(join(fresh, name), bytes);
    if (statusOf(folder) !== null) Deno.renameSync(folder, old);
    try {
      Deno.renameSync(fresh, folder);
    } catch (error) {
      if (statusOf(old) !== null) Deno.renameSync(old, folder);
      throw error;
    }
    removeFolder(old);
  });
}

/** Replaces one file of the folder, whole or not at all. */
export function replaceFile(folder: string, name: string, bytes: Uint8Array): void {
  explained(folder, () => {
    const temporary = join(folder, `.${name}.new`);
    writeSynced(temporary, bytes);
    Deno.renameSync(temporary, join(folder, name));
  });
}

/** Puts back what a killed process left half done: the old results if the new ones never got to their place. */
export function recover(folder: string): void {
  explained(folder, () => {
    const { fresh, old } = neighbours(folder);
    removeFolder(fresh);
    if (statusOf(old) === null) return;
    if (statusOf(folder) === null) Deno.renameSync(old, folder);
    else removeFolder(old);
  });
}

/** The bytes of a file in the folder, or null when it is not there. */
export function readFile(folder: string, name: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Deno.readFileSync(join(folder, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** True when the folder holds exactly these digests under these names. */
export function holdsFiles(folder: string, digests: Readonly<Record<string, string>>): boolean {
  return Object.entries(digests).every(([name, digest]) => {
    const bytes = readFile(folder, name);
    return bytes !== null && digestOfBytes(bytes) === digest;
  });
}

/** A name for the lock of this folder: two processes that write the same results take turns. */
export function lockNameOf(folder: string): string {
  return `results-${digestOfPlain(resolve(folder)).slice(0, 16)}`;
}

function neighbours(folder: string): { fresh: string; old: string } {
  const beside = (suffix: string) => join(dirname(folder), `.${folder.slice(dirname(folder).length + 1)}.${suffix}`);
  return { fresh: beside("new"), old: beside("old") };
}

function writeSynced(path: string, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
  file.syncSync();
}

function statusOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

function removeFolder(path: string): void {
  if (statusOf(path) !== null) Deno.removeSync(path, { recursive: true });
}

function explained<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ResultsError(
      `Cannot write the results to ${folder}: ${reason}. What the stages made is stored; ` +
        "make room or choose another folder with --results DIR, and run again.",
    );
  }
}
