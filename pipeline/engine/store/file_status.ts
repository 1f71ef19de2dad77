/**
 * The status of a file as evidence that its bytes have not changed. It includes the inode's change time, which cannot be
 * set back, unlike the modification time.
 */
import { dirname } from "node:path";
import { unlessStoreFails } from "./store_failure.ts";
import type { FileStatus, StoreIo } from "./store_io.ts";

/**
 * A file that changed less than this before its check might change again within the same tick of the clock, which is a
 * second: Deno reports change times in whole seconds. Milliseconds.
 */
const CLOCK_MARGIN = 3000;

/** A file's status as text: as long as it is the same, so are the file's bytes. */
export function statusText(status: FileStatus): string {
  return `${status.size} ${status.inode} ${status.modified} ${status.changed}`;
}

/**
 * True if a file with this status can no longer change without a new status, once it is checked after the time `since`
 * in milliseconds.
 */
export function isOldEnough({ changed }: FileStatus, since: number): boolean {
  return changed !== null && since - changed >= CLOCK_MARGIN;
}

/**
 * The time in milliseconds by the clock of the file system, which can differ from this machine's. It is read from a file
 * that is created or emptied at `path` in the store `root`. Null if the store is read-only; it can still be used.
 */
export function clockOf(io: StoreIo, root: string, path: string): number | null {
  return unlessStoreFails(() => {
    io.makeFolder(dirname(path), root);
    io.note(path, "");
    return io.status(path)?.changed ?? null;
  });
}
