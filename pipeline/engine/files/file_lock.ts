/** Locks of open files, and waiting for them. Some file systems have none: work is then done without. */

const POLL_INTERVAL = 20;

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

/** How to wait. */
export interface LockWait {
  exclusive: boolean;
  /** Called once, if the lock is not free at once or, if set, after `patience` milliseconds. */
  onWait(): void;
  patience?: number;
}

/** Takes a lock. Returns as `tryLock`. @throws the signal's reason when it is aborted while waiting. */
export async function waitForLock(file: Deno.FsFile, wait: LockWait, signal: AbortSignal): Promise<true | null> {
  const attempt = attempts(file, wait);
  for (;;) {
    const isLocked = attempt();
    if (isLocked !== false) return isLocked;
    await sleep(signal);
    signal.throwIfAborted();
  }
}

/** Like `waitForLock`, but blocks the thread: no signal is received. */
export function waitForLockSync(file: Deno.FsFile, wait: LockWait): true | null {
  const attempt = attempts(file, wait);
  for (;;) {
    const isLocked = attempt();
    if (isLocked !== false) return isLocked;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_INTERVAL);
  }
}

/** Tries to take a lock at every call, and reports the wait when it is due. */
function attempts(file: Deno.FsFile, { exclusive, onWait, patience = 0 }: LockWait): () => boolean | null {
  const started = performance.now();
  let isReported = false;
  return () => {
    const isLocked = tryLock(file, exclusive);
    if (isLocked === false && !isReported && performance.now() - started >= patience) {
      isReported = true;
      onWait();
    }
    return isLocked;
  };
}

/** Resolves after the interval, or as soon as the signal is aborted. */
async function sleep(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, POLL_INTERVAL);
  const stop = () => resolve();
  signal.addEventListener("abort", stop);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
}
