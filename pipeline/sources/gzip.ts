/** Unpacks gzip files, with limits on the unpacked size. */
import { writeAllAsync } from "../engine/files/open_file.ts";
import type { Tree } from "../engine/files/tree.ts";

/** The largest dataset file: the kernels' memory is 4 GiB, so a larger one could not be trained on. */
export const MAX_FILE_BYTES = 2 ** 32;
/** A gzip file of any size can unpack to this much. */
const FREE_BYTES = 2 ** 26;
/** Beyond that, to this many times its size. MNIST's files unpack to 6 times theirs, a zip bomb to 1000 times. */
const MAX_EXPANSION = 100;
/** The decompressor unpacks a piece at once, to up to a thousand times its size, so pieces are small. */
const PIECE_BYTES = 1 << 12;

/** The outcome of unpacking; "too large": the file unpacks to far more than its size, as no dataset does. */
type Unpacked = "complete" | "damaged" | "too large";

/** True if an open file starts like a gzip file. Files in dataset formats do not. */
export async function isGzip(file: Deno.FsFile): Promise<boolean> {
  file.seekSync(0, Deno.SeekMode.Start);
  const start = new Uint8Array(2);
  const count = await file.read(start);
  file.seekSync(0, Deno.SeekMode.Start);
  return count === 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unpacks an open gzip file into the file `to` of a scratch folder, piece by piece, and stops when it exceeds the limit.
 * `to` is removed unless it is complete.
 * @throws the signal's reason when it is aborted.
 */
export async function unpack(packed: Deno.FsFile, scratch: Tree, to: string, signal: AbortSignal): Promise<Unpacked> {
  using target = scratch.openOrCreate(to);
  target.truncateSync();
  const { size } = await packed.stat();
  const maxBytes = Math.min(MAX_FILE_BYTES, FREE_BYTES + MAX_EXPANSION * size);
  const unpacked = await unpackInto(target, packed, maxBytes, signal);
  if (unpacked !== "complete") scratch.remove(to);
  return unpacked;
}

async function unpackInto(
  to: Deno.FsFile,
  from: Deno.FsFile,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Unpacked> {
  const reader = pieces(from).pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let total = 0;;) {
      signal.throwIfAborted();
      const piece = await reader.read().catch(damagedOrThrow);
      if (piece === null) return "damaged";
      if (piece.done) return "complete";
      total += piece.value.length;
      if (total > maxBytes) return "too large";
      await writeAllAsync(to, piece.value);
      // Frees the memory now: the garbage collector could not keep up with a zip bomb.
      piece.value.buffer.transfer(0);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Null for the error that the decompressor throws on damaged bytes. */
function damagedOrThrow(error: unknown): null {
  if (error instanceof TypeError) return null;
  throw error;
}

function pieces(file: Deno.FsFile): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const piece = new Uint8Array(PIECE_BYTES);
      const count = await file.read(piece);
      if (count === null) controller.close();
      else controller.enqueue(piece.subarray(0, count));
    },
  }, { highWaterMark: 0 });
}
