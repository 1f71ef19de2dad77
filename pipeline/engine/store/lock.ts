/**
 * Locks between processes. The operating system releases a lock when its process ends, however it ends, so no lock is
 * ever stale. The file says who holds it, for messages only. A file that is not locked may be removed: a process that
 * had opened it notices, once it holds the lock, that the path no longer leads to this file, and opens the new one.
 */
import { asStoreError, explained, isReadOnly, orNull } from "./store_failure.ts";

/** The holder of a lock. */
export interface LockOwner {
  pid: number;
  host: string;
  /** When the lock was taken (ISO 8601). */
  since: string;
  /** The run for which it was taken. */
  by: string;
}

/**
 * Does `work` while holding the lock file at `path`, for the run `by`. If another process holds it, `onWait` is called
 * once, with the holder if known. On a file system without locks it does not wait: the same work can then be done
 * twice.
 * @throws StoreError if the file cannot be created, and the signal's reason when it is aborted while waiting.
 */
export async function withLock<T>(
  path: string,
  onWait: (owner: LockOwner | null) => void,
  work: () => Promise<T>,
  { by = "", signal = new AbortController().signal }: { by?: string; signal?: AbortSignal } = {},
): Promise<T> {
  for (let hasWaited = false;;) {
    using file = explained(path, () => Deno.openSync(path, { create: true, write: true }));
    const held = tryLock(file);
    // Nearly always the lock is free: then there is nothing to await.
    if (held === false) {
      if (!hasWaited) onWait(readOwner(path));
      hasWaited = true;
      await unlessAborted(file.lock(true), signal);
    }
    if (held !== null && !isStillAt(path, file)) continue;
    try {
      writeOwner(file, by);
      return await work();
    } finally {
      writeOwner(file, null);
      if (held !== null) file.unlockSync();
    }
  }
}

/** True if a lock file exists and is free. */
export function isFree(path: string): boolean {
  return whileFree(path, () => {});
}

/** Removes a lock file, unless it is locked or the system has no inodes to identify it. */
export function removeFree(path: string): void {
  whileFree(path, (file) => {
    if (file.statSync().ino !== null && isStillAt(path, file)) Deno.removeSync(path);
  });
}

/** Does `work` while holding a free lock. Returns false if it is not free, does not exist or is read-only. */
function whileFree(path: string, work: (file: Deno.FsFile) => void): boolean {
  try {
    using file = Deno.openSync(path, { write: true });
    const isFree = tryLock(file) === true;
    if (isFree) work(file);
    return isFree;
  } catch (error) {
    const isHarmless = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
    if (isHarmless || isReadOnly(error)) return false;
    throw asStoreError(path, error);
  }
}

/** False if the file was removed or replaced: other processes then lock the new one. */
function isStillAt(path: string, file: Deno.FsFile): boolean {
  const { ino } = file.statSync();
  return ino === null || orNull(path, () => Deno.statSync(path))?.ino === ino;
}

/**
 * True if the lock was taken, false if another process holds it, null if the file system has no locks. A lock that is
 * not `exclusive` can be held by several processes.
 */
export function tryLock(file: Deno.FsFile, exclusive = true): boolean | null {
  try {
    return file.tryLockSync(exclusive);
  } catch (error) {
    // ENOLCK, ENOSYS and EOPNOTSUPP of Linux, ENOTSUP of macOS.
    if (/os error (37|38|95|45)\b/.test(String(error)) || error instanceof Deno.errors.NotSupported) return null;
    throw error;
  }
}

/** Waits for `work`. @throws the signal's reason, at once, when it is aborted; `work` then continues unobserved. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop);
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Writes the lock's holder to its file, or clears it for null. Does nothing if the disk is full. */
function writeOwner(file: Deno.FsFile, by: string | null): void {
  const owner = { pid: Deno.pid, host: hostName(), since: new Date().toISOString(), by };
  try {
    file.truncateSync();
    file.seekSync(0, Deno.SeekMode.Start);
    if (by !== null) file.writeSync(new TextEncoder().encode(JSON.stringify(owner)));
  } catch {
    // Waiting processes then show less detail.
  }
}

/** The holder of a lock; null if it has only just been taken, or its file is not readable. */
function readOwner(path: string): LockOwner | null {
  try {
    const { pid, host, since, by } = JSON.parse(Deno.readTextFileSync(path));
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
