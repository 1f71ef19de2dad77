/** The SHA-256 of a file on the disk. */
import { createHash } from "node:crypto";

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
  const opened = await openOrNull(path);
  if (opened === null) return null;
  using file = opened;
  const hash = createHash("sha256");
  const chunk = new Uint8Array(CHUNK_BYTES);
  let done = 0;
  for (let count = await file.read(chunk); count !== null; count = await file.read(chunk)) {
    signal.throwIfAborted();
    hash.update(chunk.subarray(0, count));
    onBytes(done += count);
  }
  return hash.digest("hex");
}

async function openOrNull(path: string): Promise<Deno.FsFile | null> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
