/** What sources ask of the disk: a file's SHA-256, and that nothing is written through a link. */
import { join } from "node:path";
import { startDigest } from "../engine/store/digest.ts";

/** Large enough for the hash to be the work, small enough to stop promptly. */
const CHUNK_BYTES = 1 << 20;

/**
 * The SHA-256 of a file's bytes, as 64 hex digits; null when there is no such file.
 * @throws the signal's reason when it is aborted.
 */
export async function digestOfFile(
  path: string,
  signal: AbortSignal,
  onBytes: (done: number) => void = () => {},
): Promise<string | null> {
  const opened = await orNull(Deno.open(path));
  if (opened === null) return null;
  using file = opened;
  const hash = startDigest();
  const chunk = new Uint8Array(CHUNK_BYTES);
  let done = 0;
  for (let count = await file.read(chunk); count !== null; count = await file.read(chunk)) {
    signal.throwIfAborted();
    hash.update(chunk.subarray(0, count));
    onBytes(done += count);
  }
  return hash.digest("hex");
}

/**
 * Removes the links in a scratch folder, so that nothing is written to where they lead. No source makes links: they can
 * only have come with somebody else's cache.
 */
export async function removeLinks(folder: string): Promise<void> {
  for (const { name, isSymlink } of await orNull(Array.fromAsync(Deno.readDir(folder))) ?? []) {
    if (isSymlink) await Deno.remove(join(folder, name));
  }
}

/** The result of `work`, or null when the file it needs is not there. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
