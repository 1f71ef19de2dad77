/**
 * Remembered checks: a large file was read and its bytes matched its digest. The check holds as long as the file's
 * status has not changed.
 */
import { join } from "node:path";
import type { Artifact } from "../stage/artifact.ts";
import { clockOf, isOldEnough, statusText } from "./file_status.ts";
import type { FileStatus, StoreFolder } from "./store_io.ts";

/** Checks of files of at least this size are remembered, because reading them takes long. Bytes. */
export const LARGE = 1 << 20;
/** More than the text of any status. */
const MAX_NOTE_BYTES = 256;

/** True if the check of an artifact is remembered for a file with this status. */
export function isRemembered(store: StoreFolder, { digest, size }: Address, status: FileStatus): boolean {
  if (size < LARGE) return false;
  const note = new Uint8Array(MAX_NOTE_BYTES);
  const count = store.io.readInto(notePath(store, digest), note);
  return count !== null && new TextDecoder().decode(note.subarray(0, count)) === statusText(status);
}

/** Remembers a check of a file with this status, if a later change of the file would change the status. */
export function remember(store: StoreFolder, { digest, size }: Address, status: FileStatus): void {
  if (size < LARGE || !isOldEnough(status, Date.now())) return;
  const path = notePath(store, digest);
  const now = clockOf(store.io, store.root, path);
  if (now !== null && isOldEnough(status, now)) store.io.note(path, statusText(status));
}

/** Forgets the check of an artifact. */
export function forget(store: StoreFolder, digest: string): void {
  store.io.remove(notePath(store, digest));
}

type Address = Pick<Artifact, "digest" | "size">;

function notePath(store: StoreFolder, digest: string): string {
  return join(store.root, "checked", digest);
}
