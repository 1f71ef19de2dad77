/** Unpacks gzip files, within limits on what they unpack to. */

/** No file may be larger: the kernels' memory is 4 GiB, so that it could not be trained on. */
export const MOST_FILE_BYTES = 2 ** 32;
/** A gzip file may unpack to this much, however small it is. */
const FREE_BYTES = 2 ** 26;
/** Beyond that, to this many times its size. MNIST's files unpack to 6 times theirs, a zip bomb to 1000 times. */
const MOST_EXPANSION = 100;
/** The decompressor unpacks a piece at once, to up to a thousand times its size: pieces are small. */
const PIECE_BYTES = 1 << 12;

/** What came of unpacking; "too large" is a file that unpacks to far more than its size, as no dataset does. */
export type Unpacked = "whole" | "damaged" | "too large";

/** Whether a file starts as every gzip file does. Dataset formats start otherwise. */
export async function isGzip(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const start = new Uint8Array(2);
  const count = await file.read(start);
  return count === 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unpacks the gzip file `from` into the file `to`, piece by piece, and stops as soon as it exceeds the limit. `to` is
 * left only when it is whole.
 * @throws the signal's reason when it is aborted.
 */
export async function unpack(from: string, to: string, signal: AbortSignal): Promise<Unpacked> {
  using packed = await Deno.open(from);
  using target = await Deno.open(to, { write: true, create: true, truncate: true });
  const { size } = await packed.stat();
  const mostBytes = Math.min(MOST_FILE_BYTES, FREE_BYTES + MOST_EXPANSION * size);
  const unpacked = await unpackInto(target, packed, mostBytes, signal);
  if (unpacked !== "whole") await Deno.remove(to);
  return unpacked;
}

async function unpackInto(
  target: Deno.FsFile,
  packed: Deno.FsFile,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Unpacked> {
  const reader = pieces(packed).pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let total = 0;;) {
      signal.throwIfAborted();
      const piece = await reader.read().catch(damagedOrThrow);
      if (piece === null) return "damaged";
      if (piece.done) return "whole";
      total += piece.value.length;
      if (total > mostBytes) return "too large";
      for (let at = 0; at < piece.value.length;) at += await target.write(piece.value.subarray(at));
      // Frees the memory now: the garbage collector would not keep up with a zip bomb.
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
