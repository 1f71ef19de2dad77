/** A run's results folder. It is built next to its final path and renamed, so readers see complete results, old or new. */
import { basename, dirname, join, resolve } from "node:path";
import { type FileStatus, ObstacleError, reasonOf } from "../engine/files/entry.ts";
import { isLink, kindOfInput } from "../engine/files/input_file.ts";
import { writeAll } from "../engine/files/open_file.ts";
import { Tree } from "../engine/files/tree.ts";
import { ResultsError } from "../engine/run_errors.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { type LockOwner, withLock } from "../engine/store/lock.ts";

/** Whether a file of this name is written by runs; the user may put others into the folder. */
export type IsOwn = (name: string) => boolean;

/** Predictions are the largest file: 100 bytes per test image and class. */
const MAX_FILE_BYTES = 2 ** 30;
/** The largest files that are read to be shown: a page, the figures over the epochs, the log of a run in progress. */
export const MAX_SHOWN_BYTES = 2 ** 24;

/** The files of a folder by their names. */
export type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The files around a run's folder: the user chose the folder that contains it. Failures are ResultsErrors. */
export function resultsTree(folder: string): Tree {
  return new Tree(dirname(folder), (_, error) => {
    if (error instanceof ResultsError) return error;
    const isForbidden = error instanceof Deno.errors.PermissionDenied || /os error 30\b/.test(String(error));
    const advice = error instanceof ObstacleError
      ? "remove it"
      : isForbidden
      ? "make it writable for you"
      : "make room";
    return new ResultsError(
      `Cannot write the results to ${folder}: ${reasonOf(error)}. The outputs of the stages are stored; ` +
        `${advice} or choose another folder with --results DIR, and run again.`,
    );
  });
}

/**
 * Checks, before work starts, that results can be written without removing what runs do not write.
 * @throws ResultsError if something else, or of the user's, is in the place of the folder, of one around it, or in it.
 */
export function checkPlace(folder: string, isOwn: IsOwn = () => false): void {
  const obstacle = fileAround(dirname(folder)) ?? obstacleAt(folder) ?? foreignIn(folder, isOwn);
  if (obstacle === null) return;
  throw new ResultsError(
    `Results go to the folder ${folder}, but ${obstacle}. Move it away, or choose another folder with --results DIR.`,
  );
}

/** Replaces the folder's content by `files`; if that fails, the old content is restored. Files that are not own stay. */
export function replaceFolder(
  folder: string,
  files: Files,
  isOwn: IsOwn = () => true,
  tree: Tree = resultsTree(folder),
): void {
  const [fresh, old] = [beside(folder, "new"), beside(folder, "old")];
  removeOwn(tree, fresh, isOwn);
  try {
    tree.makeFolder(fresh);
    for (const [name, bytes] of files) writeSynced(tree, join(fresh, name), bytes);
    removeUnlessFolder(tree, old);
    removeUnlessFolder(tree, folder);
    tree.rename(folder, old);
    tree.rename(fresh, folder);
  } catch (error) {
    recover(folder, isOwn, tree);
    throw error;
  }
  dissolve(folder, isOwn, tree);
}

/** Cleans up after a killed process: restores the old results if the new ones are incomplete. */
export function recover(folder: string, isOwn: IsOwn = () => true, tree: Tree = resultsTree(folder)): void {
  const [fresh, old] = [beside(folder, "new"), beside(folder, "old")];
  removeOwn(tree, fresh, isOwn);
  removeUnlessFolder(tree, old);
  if (tree.status(folder) === null) tree.rename(old, folder);
  else dissolve(folder, isOwn, tree);
}

/** The path of a hidden file or folder of a run, next to its results: `.NAME.live`. */
export function beside(folder: string, suffix: string): string {
  return join(dirname(folder), `.${basename(folder)}.${suffix}`);
}

/** Whether a run that was not finished has left something next to the folder; a run in progress has as well. */
export function hasRemains(folder: string): boolean {
  return ["live", "unfinished.json"].some((suffix) =>
    statusIn(dirname(folder), beside(folder, suffix))?.kind === "file"
  );
}

/** The bytes of a file in the folder; null if there is none, it cannot be read, or it is larger than `maxBytes`. */
export function readFile(
  folder: string,
  name: string,
  maxBytes: number = MAX_FILE_BYTES,
): Uint8Array<ArrayBuffer> | null {
  return unlessUnreadable(dirname(resolve(folder)), (tree) => tree.read(join(folder, name), maxBytes));
}

/** Why a file in a folder cannot be read: a clause such as "is missing" or "is a named pipe". */
export function unreadableBecause(folder: string, name: string, maxBytes: number): string {
  const status = statusIn(dirname(resolve(folder)), join(folder, name));
  if (status === null) return "is missing";
  if (status.kind !== "file") return `is a ${status.kind}`;
  return status.size > maxBytes ? `has ${status.size} bytes, but at most ${maxBytes} are read` : "cannot be read";
}

/** The sorted names in a folder of results; none if it cannot be read. */
export function namesIn(results: string): string[] {
  return unlessUnreadable(results, (tree) => tree.list(results)) ?? [];
}

/** How the name of a sweep's folder ends, beside the folders of runs. */
export const SWEEP_SUFFIX = ".sweep";

/** True if a run's folder can be at a path: a real folder, not one behind a link, and not that of a sweep. */
export function isRunFolder(path: string): boolean {
  return !path.endsWith(SWEEP_SUFFIX) && statusIn(dirname(resolve(path)), path)?.kind === "folder";
}

/** The status of what is at a path in a folder of results; null if it cannot be determined. */
export function statusIn(results: string, path: string): FileStatus | null {
  return unlessUnreadable(results, (tree) => tree.status(path));
}

/** The result of `work` in a folder of results; null if it fails, unless for want of Deno's permission. */
function unlessUnreadable<T>(results: string, work: (tree: Tree) => T): T | null {
  try {
    return work(new Tree(results, (_, error) => error));
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
 * Does `work` while holding the folder's lock, which is next to it: processes with different caches may write the same
 * results. `onWait` is called once if another process (null if unknown) writes them.
 * @throws ResultsError if there can be no lock file, and the signal's reason when it is aborted while waiting.
 */
export async function withResultsLock<T>(
  folder: string,
  onWait: (owner: LockOwner | null) => void,
  work: () => Promise<T>,
  options: { by?: string; signal?: AbortSignal } = {},
): Promise<T> {
  const { tree, lock } = neighbours(folder);
  tree.makeFolder(dirname(folder));
  return await withLock(tree, lock, onWait, work, options);
}

/** Removes the old folder, after moving what is not the run's own to the new one. */
function dissolve(folder: string, isOwn: IsOwn, tree: Tree): void {
  const old = beside(folder, "old");
  removeOwn(tree, old, isOwn);
  for (const name of tree.list(old)) tree.rename(join(old, name), freePath(tree, join(folder, name)));
  tree.remove(old);
}

/** Removes a folder of a run if it holds nothing else than what runs write there; otherwise only that. */
function removeOwn(tree: Tree, folder: string, isOwn: IsOwn): void {
  removeUnlessFolder(tree, folder);
  for (const name of tree.list(folder)) {
    if (isOwn(name) && !holdsAny(tree, join(folder, name))) tree.remove(join(folder, name));
  }
  if (tree.list(folder).length === 0) tree.remove(folder);
}

/** True for a folder with something in it. Runs make no folders in those of their results. */
function holdsAny(tree: Tree, path: string): boolean {
  return tree.status(path)?.kind === "folder" && tree.list(path).length > 0;
}

/** The path; if it is taken, with a number that makes it free. */
function freePath(tree: Tree, path: string): string {
  let free = path;
  for (let n = 1; tree.status(free) !== null; n++) free = `${path}~${n}`;
  return free;
}

/** Removes what is in the place of a folder, except a file: it may be the user's. Runs make no links and pipes. */
function removeUnlessFolder(tree: Tree, path: string): void {
  const kind = tree.status(path)?.kind;
  if (kind === "file") throw tree.explain(path, new ObstacleError(path, "folder", kind));
  if (kind !== "folder") tree.remove(path);
}

function obstacleAt(folder: string): string | null {
  const kind = resultsTree(folder).status(folder)?.kind ?? "folder";
  if (kind === "folder") return null;
  return kind === "file" ? `${folder} is a file` : `that is a ${kind}`;
}

/** Says what is in the way of a run's files and is not its own, in its folder and in those that are next to it. */
function foreignIn(folder: string, isOwn: IsOwn): string | null {
  const { tree, fresh, old, lock } = neighbours(folder);
  if (tree.status(lock)?.kind === "folder") return `${lock} is a folder`;
  for (const place of [folder, fresh, old]) {
    const kind = tree.status(place)?.kind;
    if (kind === "file") return `${place} is a file`;
    const names = kind === "folder" ? tree.list(place).filter(isOwn) : [];
    const taken = names.find((name) => holdsAny(tree, join(place, name)));
    if (taken !== undefined) return `${join(place, taken)} is a folder with something in it`;
    if (place === folder && names.length > 0 && !["run.json", "manifest.json"].some((name) => names.includes(name))) {
      return `no run wrote ${join(place, names[0])}: there is no run.json`;
    }
  }
  return null;
}

/** Says that the innermost folder that exists, `folder` or one around it, is not one. */
function fileAround(folder: string): string | null {
  const kind = kindOfInput(folder);
  if (kind !== null) return kind === "folder" ? null : `${folder} is a ${kind}`;
  if (isLink(folder)) return `${folder} is a link to nothing`;
  return folder === dirname(folder) ? null : fileAround(dirname(folder));
}

/** The folder's own files and folders next to it, and the tree that they are in. */
function neighbours(folder: string) {
  const [fresh, old, lock] = ["new", "old", "lock"].map((suffix) => beside(folder, suffix));
  return { tree: resultsTree(folder), fresh, old, lock };
}

function writeSynced(tree: Tree, path: string, bytes: Uint8Array): void {
  using file = tree.create(path);
  tree.explained(path, () => {
    writeAll(file, bytes);
    file.syncSync();
  });
}
