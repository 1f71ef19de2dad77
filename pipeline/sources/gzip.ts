/** Unpacking of gzip files. */
import { mostUnpacked } from "./limits.ts";

/** What came of unpacking: "too large" is a file whose content is far longer than that of any dataset. */
export type Unpacked = "whole" | "damaged" | "too large";

/** The decompressor unpacks a piece at once, to up to a thousand times its size: pieces are small. */
const PIECE_BYTES = 1 << 12;

/** True when a file starts as every gzip file does. The dataset formats start otherwise. */
export async function isGzip(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const start = new Uint8Array(2);
  const count = await file.read(start);
  return count === 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unpacks the gzip file `from` into the file `to`, piece by piece, and stops as soon as there is too much of it. Only a
 * whole one leaves `to`.
 * @throws the signal's reason when it is aborted.
 */
export async function unpack(from: string, to: string, signal: AbortSignal): Promise<Unpacked> {
  using packed = await Deno.open(from);
  using target = await Deno.open(to, { write: true, create: true, truncate: true });
  const unpacked = await unpackInto(target, packed, mostUnpacked((await packed.stat()).size), signal);
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
      // Frees the memory now: nothing else makes the collector hurry, and a bomb is faster.
      piece.value.buffer.transfer(0);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Null for what the decompressor says of bytes that it cannot read. */
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
