/** Reads stored bytes piece by piece, and checks them against their digest. */
import { type Artifact, PIECE_BYTES } from "../stage/kind.ts";
import { startDigest } from "./digest.ts";
import { ifReadable } from "./store_failure.ts";
import type { StoreIo } from "./store_io.ts";

/**
 * The bytes of a file in pieces, each in new memory, or in `memory`, which is filled again when it is full. Ends before the
 * last one if the file does not have this size and digest; returns whether it has.
 */
export function* checkedPieces(
  io: StoreIo,
  path: string,
  { digest, size }: Pick<Artifact, "digest" | "size">,
  memory?: Uint8Array<ArrayBuffer>,
): Generator<Uint8Array<ArrayBuffer>, boolean> {
  const found = startDigest();
  let done = 0;
  do {
    const length = Math.min(PIECE_BYTES, size - done);
    const start = memory === undefined ? 0 : done % memory.length;
    const piece = memory?.subarray(start, start + length) ?? new Uint8Array(length);
    const count = ifReadable(() => io.readInto(path, piece, done));
    if (count !== piece.length) return false;
    found.update(piece);
    done += piece.length;
    if (done === size && found.digest("hex") !== digest) return false;
    yield piece;
  } while (done < size);
  return true;
}

/** Reads all pieces, and returns whether they match. */
export function readAllPieces(pieces: Generator<unknown, boolean>): boolean {
  let next = pieces.next();
  while (!next.done) next = pieces.next();
  return next.value;
}
