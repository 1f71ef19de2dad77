/**
 * Checks that are remembered: a large file was read and its bytes were right. That counts again as long as nothing about
 * the file has changed.
 */
import { join } from "node:path";
import { canBeTrusted, clockOf, statusText } from "./file_status.ts";
import type { FileStatus, StoreIo } from "./store_io.ts";

/** A store. */
interface Place {
  io: StoreIo;
  root: string;
}

/** An artifact: its digest, and its size in bytes. */
interface Address {
  digest: string;
  size: number;
}

/** From this size on, in bytes, reading a file takes so long that its check is remembered. */
export const LARGE = 1 << 20;
/** More than any status takes as text. */
const MOST_NOTE_BYTES = 256;

/** Whether the check of an artifact is remembered, whose file has this status. */
export function isRemembered(store: Place, address: Address, status: FileStatus): boolean {
  if (address.size < LARGE) return false;
  const note = new Uint8Array(MOST_NOTE_BYTES);
  const count = store.io.readInto(notePath(store, address.digest), note);
  return count !== null && new TextDecoder().decode(note.subarray(0, count)) === statusText(status);
}

/** Remembers a check that was made of a file with this status, if the status can show a change from now on. */
export function remember(store: Place, address: Address, status: FileStatus): void {
  if (address.size < LARGE || !canBeTrusted(status, Date.now())) return;
  const path = notePath(store, address.digest);
  const now = clockOf(store.io, store.root, path);
  if (now !== null && canBeTrusted(status, now)) store.io.note(path, statusText(status));
}

/** Forgets the check of an artifact. */
export function forget(store: Place, digest: string): void {
  store.io.remove(notePath(store, digest));
}

function notePath(store: Place, digest: string): string {
  return join(store.root, "checked", digest);
}
