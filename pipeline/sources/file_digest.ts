/** The SHA-256 of a file, interruptibly. */
import { startDigest } from "../engine/store/digest.ts";

/** Large enough to be efficient, small enough to be interrupted promptly. */
const CHUNK_BYTES = 1 << 20;

/** The SHA-256 of an open file, 64 hex digits. @throws the signal's reason when it is aborted. */
export async function digestOfFile(
  file: Deno.FsFile,
  signal: AbortSignal,
  onBytes?: (done: number) => void,
): Promise<string> {
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
