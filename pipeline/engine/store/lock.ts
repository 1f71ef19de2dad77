/**
 * Locks between processes. The operating system holds them and frees them when the process ends, however it ends, so
 * there is no stale lock to clear. Who holds a lock stands in its file, for those who wait; nothing depends on it. A file
 * that nobody holds may be removed: whoever has opened it by then finds, once the lock is taken, that others would open
 * another one, and does so too.
 */
import { unlessAborted } from "../run/interruption.ts";
import { asStoreError, explained, mayNotWrite, orNull } from "./store_failure.ts";

/** Who holds a lock. */
export interface LockOwner {
  pid: number;
  host: string;
  /** When it was taken (ISO 8601). */
  since: string;
  /** The run that it was taken for. */
  by: string;
}

/** What a lock is taken with: for whom, and what ends the waiting. */
export interface LockOptions {
  by?: string;
  signal?: AbortSignal;
}

/**
 * Does `work` while holding the lock file at `path`; `onWait` is called once if another process has it, with what is
 * known of that one. On a file system that has no locks it does not wait: work may then be done twice, never wrongly.
 * @throws StoreError when the file cannot be made.
 * @throws the signal's reason when it is aborted while waiting.
 */
export async function withLock<T>(
  path: string,
  onWait: (owner: LockOwner | null) => void,
  work: () => Promise<T>,
  { by = "", signal = new AbortController().signal }: LockOptions = {},
): Promise<T> {
  for (let hasWaited = false;;) {
    using file = explained(path, () => Deno.openSync(path, { create: true, write: true }));
    const held = tryLock(file);
    // Nearly always nobody has it: then there is nothing to await.
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

/** True when a lock's file is there and nobody holds it. */
export function isFree(path: string): boolean {
  return whileFree(path, () => {});
}

/** Removes a lock's file, unless somebody holds it, or the system cannot tell one file from another. */
export function removeFree(path: string): void {
  whileFree(path, (file) => {
    if (file.statSync().ino !== null && isStillAt(path, file)) Deno.removeSync(path);
  });
}

/** Does `work` while holding the lock, if nobody else does; false when that cannot be, or may not. */
function whileFree(path: string, work: (file: Deno.FsFile) => void): boolean {
  try {
    using file = Deno.openSync(path, { write: true });
    const isFree = tryLock(file) === true;
    if (isFree) work(file);
    return isFree;
  } catch (error) {
    const isNoMatter = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
    if (isNoMatter || mayNotWrite(error)) return false;
    throw asStoreError(path, error);
  }
}

/** False when the file was removed, or another is in its place, which is the one that others lock. */
function isStillAt(path: string, file: Deno.FsFile): boolean {
  const { ino } = file.statSync();
  return ino === null || orNull(path, () => Deno.statSync(path))?.ino === ino;
}

/** True when the lock was taken, false when another has it, null when the file system has no locks. */
function tryLock(file: Deno.FsFile): boolean | null {
  try {
    return file.tryLockSync(true);
  } catch (error) {
    // ENOLCK, ENOSYS and EOPNOTSUPP of Linux, ENOTSUP of macOS.
    if (/os error (37|38|95|45)\b/.test(String(error)) || error instanceof Deno.errors.NotSupported) return null;
    throw error;
  }
}

/** Says who has the lock, or, for null, that nobody has. On a full disk nothing is said. */
function writeOwner(file: Deno.FsFile, by: string | null): void {
  const owner = { pid: Deno.pid, host: hostName(), since: new Date().toISOString(), by };
  try {
    file.truncateSync();
    file.seekSync(0, Deno.SeekMode.Start);
    if (by !== null) file.writeSync(new TextEncoder().encode(JSON.stringify(owner)));
  } catch {
    // Who waits is told less.
  }
}

/** Who has the lock, or null when that cannot be told: it was taken just now, or may not be read. */
function readOwner(path: string): LockOwner | null {
  try {
    const { pid, host, since, by } = JSON.parse(Deno.readTextFileSync(path));
    return { pid: Number(pid), host: String(host), since: String(since), by: String(by) };
  } catch {
    return null;
  }
}

/** The machine's name, where it may be asked for. */
function hostName(): string {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : "";
}
