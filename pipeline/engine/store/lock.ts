/**
 * Locks between processes. The operating system releases a lock when its process ends, however it ends, so no lock is
 * ever stale. The file says who holds it, for messages only. A file that is not locked may be removed: a process that
 * had opened it notices, once it holds the lock, that the path no longer leads to this file, and opens the new one.
 */
import { jsonObjectIn } from "./bounded_json.ts";
import { tryLock, waitForLock } from "../files/file_lock.ts";
import { readAll, writeAll } from "../files/open_file.ts";
import type { Tree } from "../files/tree.ts";
import { isReadOnly } from "./store_failure.ts";

/** The holder of a lock. */
export interface LockOwner {
  pid: number;
  host: string;
  /** When the lock was taken (ISO 8601). */
  since: string;
  /** The run for which it was taken. */
  by: string;
}

/** More than any holder takes. Bytes. */
const MAX_OWNER_BYTES = 4096;

/**
 * Does `work` while holding the lock file at `path`, for the run `by`. If another process holds it, `onWait` is called
 * once, with the holder if known. On a file system without locks nothing is waited for.
 * @throws what the tree throws if the file cannot be opened, and the signal's reason when it is aborted while waiting.
 */
export async function withLock<T>(
  tree: Tree,
  path: string,
  onWait: (owner: LockOwner | null) => void,
  work: () => Promise<T>,
  { by = "", signal = new AbortController().signal }: { by?: string; signal?: AbortSignal } = {},
): Promise<T> {
  for (let hasWaited = false;;) {
    using file = tree.openOrCreate(path);
    let isLocked = tree.explained(path, () => tryLock(file));
    // Nearly always the lock is free: then there is nothing to await.
    if (isLocked === false) {
      if (!hasWaited) onWait(readOwner(file));
      hasWaited = true;
      isLocked = await waitForLock(file, { exclusive: true, onWait() {} }, signal);
    }
    if (isLocked !== null && !isStillAt(tree, path, file)) continue;
    try {
      writeOwner(file, by);
      return await work();
    } finally {
      writeOwner(file, null);
      if (isLocked !== null) file.unlockSync();
    }
  }
}

/** True if a lock file exists and is free. */
export function isFree(tree: Tree, path: string): boolean {
  return whileFree(tree, path, () => {});
}

/** Removes a lock file, unless it is locked or the system has no inodes to identify it. */
export function removeFree(tree: Tree, path: string): void {
  whileFree(tree, path, (file) => {
    if (file.statSync().ino !== null && isStillAt(tree, path, file)) tree.remove(path);
  });
}

/** Does `work` while holding a free lock. Returns false if it is not free, does not exist or is read-only. */
function whileFree(tree: Tree, path: string, work: (file: Deno.FsFile) => void): boolean {
  try {
    // NFS locks exclusively only what is open for writing.
    using file = tree.open(path, { write: true });
    const isFree = file !== null && tryLock(file) === true;
    if (isFree) work(file);
    return isFree;
  } catch (error) {
    if (isReadOnly(error) || (error as Error).cause instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}

/** False if the file was removed or replaced: other processes then lock the new one. */
function isStillAt(tree: Tree, path: string, file: Deno.FsFile): boolean {
  const { ino } = file.statSync();
  return ino === null || tree.status(path)?.inode === ino;
}

/** Writes the lock's holder to its file, or clears it for null. Does nothing if the disk is full. */
export function writeOwner(file: Deno.FsFile, by: string | null): void {
  const owner = { pid: Deno.pid, host: hostName(), since: new Date().toISOString(), by };
  try {
    file.truncateSync();
    file.seekSync(0, Deno.SeekMode.Start);
    if (by !== null) writeAll(file, new TextEncoder().encode(JSON.stringify(owner)));
  } catch {
    // Waiting processes then show less detail.
  }
}

/** The holder of a lock; null if it has only just been taken, or its file is not readable. */
export function readOwner(file: Deno.FsFile): LockOwner | null {
  try {
    const owner = jsonObjectIn(readAll(file, MAX_OWNER_BYTES));
    if (owner === null) return null;
    const { pid, host, since, by } = owner;
    return { pid: Number(pid), host: String(host), since: String(since), by: String(by) };
  } catch {
    return null;
  }
}

/** The machine's name; empty without permission to read it. */
function hostName(): string {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : "";
}
