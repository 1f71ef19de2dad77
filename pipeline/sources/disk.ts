/** What sources need from the disk: the SHA-256 of a file, and no links to write through. */
import { join } from "node:path";
import { startDigest } from "../engine/store/digest.ts";

/** Large enough to be efficient, small enough to be interrupted promptly. */
const CHUNK_BYTES = 1 << 20;

/** The SHA-256 of a file, 64 hex digits; null if it does not exist. @throws the signal's reason when it is aborted. */
export async function digestOfFile(path: string, signal: AbortSignal, onBytes?: (done: number) => void) {
  using file = await ifFound(Deno.open(path));
  if (file === null) return null;
  const hash = startDigest();
  const chunk = new Uint8Array(CHUNK_BYTES);
  let done = 0;
  for (let count = await file.read(chunk); count !== null; count = await file.read(chunk)) {
    signal.throwIfAborted();
    hash.update(chunk.subarray(0, count));
    onBytes?.(done += count);
  }
  return hash.digest("hex");
}

/** Removes the links in a scratch folder. Sources make none: one from an untrusted cache would redirect writes. */
export async function removeLinks(folder: string): Promise<void> {
  for (const { name, isSymlink } of await ifFound(Array.fromAsync(Deno.readDir(folder))) ?? []) {
    if (isSymlink) await Deno.remove(join(folder, name));
  }
}

/** Writes all bytes to an open file. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}

/** The result of `work`, or null if a file that it needs does not exist. */
export async function ifFound<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
