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
  const { size } = await packed.stat();
  using target = await Deno.open(to, { write: true, create: true, truncate: true });
  try {
    await pieces(packed).pipeThrough(new DecompressionStream("gzip")).pipeThrough(atMost(mostUnpacked(size)))
      .pipeTo(target.writable, { signal });
    return "whole";
  } catch (error) {
    // What the decompressor says of bytes that it cannot read; the disk's errors and the signal's reason are others.
    const isKnown = error instanceof TooLarge || error instanceof TypeError;
    if (!isKnown) throw error;
    await Deno.remove(to);
    return error instanceof TooLarge ? "too large" : "damaged";
  }
}

class TooLarge extends Error {}

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

function atMost(most: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let total = 0;
  return new TransformStream({
    transform(piece, controller) {
      total += piece.length;
      if (total > most) throw new TooLarge();
      controller.enqueue(piece);
    },
  });
}
