/**
 * Locks between processes. The operating system holds them and frees them when the process ends, however it ends, so
 * there is no stale lock to clear.
 */

/**
 * Does `work` while holding the lock file at `path`; `onWait` is called once if another process has it.
 */
export async function withLock<T>(path: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  using file = Deno.openSync(path, { create: true, write: true });
  // Nearly always nobody has it: then there is nothing to await.
  if (!file.tryLockSync(true)) {
    onWait();
    await file.lock(true);
  }
  try {
    return await work();
  } finally {
    file.unlockSync();
  }
}
