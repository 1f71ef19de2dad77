/**
 * The status of a file as evidence that its bytes have not changed since they were checked. It includes the inode's
 * change time, which cannot be set back, unlike the modification time. On a file system where it can, because it follows
 * the modification time, there is no such evidence, and everything is checked again.
 */
import { dirname, join } from "node:path";
import type { Artifact } from "../stage/kind.ts";
import { unlessStoreFails } from "./store_failure.ts";
import type { FileStatus } from "../files/entry.ts";
import type { StoreFolder } from "./store_io.ts";

/** A file that changed so shortly before its check might change in the same tick, a second. Milliseconds. */
const CLOCK_MARGIN = 3000;
/** How far a modification time is set back to see whether the change time follows. Milliseconds. */
const SET_BACK = 3_600_000;
/** The check of an artifact of at least this size is remembered, because reading it takes long. Bytes. */
export const LARGE = 1 << 20;
/** More than the text of any status. */
const MAX_NOTE_BYTES = 256;

/** A file's status as text: as long as it is the same, so are the file's bytes. */
export function statusText({ kind, size, inode, modified, changed }: FileStatus): string {
  return `${size} ${inode} ${modified} ${changed}${kind === "file" ? "" : ` ${kind}`}`;
}

/** True if a file with this status, checked after the time `since` (milliseconds), cannot change without a new one. */
export function isOldEnough({ changed }: FileStatus, since: number): boolean {
  return changed !== null && since - changed >= CLOCK_MARGIN;
}

/**
 * The time in milliseconds by the clock of the file system, which can differ from this machine's. It is that of a file
 * written at `path`. Null if change times prove nothing there, or the store is read-only.
 */
export function clockOf({ io }: StoreFolder, path: string): number | null {
  return unlessStoreFails(() => {
    io.makeFolder(dirname(path));
    io.note(path, "");
    return changeTimeThatHolds(() => io.status(path), (time) => io.touch(path, time));
  });
}

/** The change time of a file written just now; null if there is none, or it goes back with the modification time. */
export function changeTimeThatHolds(
  status: () => FileStatus | null,
  setModified: (time: Date) => void,
): number | null {
  const before = status()?.changed ?? null;
  if (before === null) return null;
  setModified(new Date(before - SET_BACK));
  const after = status()?.changed ?? null;
  return after !== null && after >= before ? after : null;
}

/** True if the check of an artifact is remembered for a file with this status. */
export function isRemembered(store: StoreFolder, { digest, size }: Address, status: FileStatus): boolean {
  if (size < LARGE) return false;
  const note = new Uint8Array(MAX_NOTE_BYTES);
  const count = unlessStoreFails(() => store.io.readInto(notePath(store, digest), note));
  return count !== null && new TextDecoder().decode(note.subarray(0, count)) === statusText(status);
}

/** Remembers the check of a file with this status, if a later change of the file would change the status. */
export function remember(store: StoreFolder, { digest, size }: Address, status: FileStatus): void {
  if (size < LARGE || !isOldEnough(status, Date.now())) return;
  const path = notePath(store, digest);
  const now = clockOf(store, path);
  if (now !== null && isOldEnough(status, now)) unlessStoreFails(() => store.io.note(path, statusText(status)));
}

/** Forgets the check of an artifact. */
export function forget(store: StoreFolder, digest: string): void {
  unlessStoreFails(() => store.io.remove(notePath(store, digest)));
}

type Address = Pick<Artifact, "digest" | "size">;

function notePath(store: StoreFolder, digest: string): string {
  return join(store.root, "checked", digest);
}
