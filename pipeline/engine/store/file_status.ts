/**
 * What the file system says of a file without reading it, and when that is proof that its bytes are what they were. The
 * inode's change time is part of it: unlike the modification time it cannot be set back.
 */
import { dirname } from "node:path";
import { unlessStoreFails } from "./store_failure.ts";
import type { FileStatus, StoreIo } from "./store_io.ts";

/**
 * A file that changed less than this before its check may change again within the same tick of the clock, which is a
 * second: Deno gives change times in whole seconds. Milliseconds.
 */
const CLOCK_MARGIN = 3000;

/** A file's status as text: while it stays the same, so do the file's bytes. */
export function statusText(status: FileStatus): string {
  return `${status.size} ${status.inode} ${status.modified} ${status.changed}`;
}

/**
 * True when a file with this status that is checked after the time `since`, in milliseconds, cannot change any more
 * without its status telling.
 */
export function canBeTrusted({ changed }: FileStatus, since: number): boolean {
  return changed !== null && since - changed >= CLOCK_MARGIN;
}

/**
 * The time on the clock of the file system, which may be another than ours: it is read off a file that is made, or
 * emptied, at `path` in the store `root`. Null where the store may only be read. Milliseconds.
 */
export function clockOf(io: StoreIo, root: string, path: string): number | null {
  // A store that may only be read can be used all the same; the next run checks anew.
  return unlessStoreFails(() => {
    io.makeFolder(dirname(path), root);
    io.note(path, "");
    return io.status(path)?.changed ?? null;
  });
}
