/** Reads stored bytes piece by piece, and checks them against their digest. */
import type { Artifact } from "../stage/artifact.ts";
import { startDigest } from "./digest.ts";
import { ifReadable } from "./store_failure.ts";
import type { StoreIo } from "./store_io.ts";

/** Large enough to be read fast, small enough to stay in the processor's cache until it is digested. Bytes. */
const PIECE_BYTES = 1 << 20;

/** Where a piece is read into, from its first byte and its length. */
type MemoryFor = (start: number, length: number) => Uint8Array<ArrayBuffer>;

/**
 * The bytes of a file in pieces; none of it, and at least not the last one, if it does not have this size and digest.
 * Returns whether it has.
 */
export function* checkedPieces(
  io: StoreIo,
  path: string,
  { digest, size }: Pick<Artifact, "digest" | "size">,
  memoryFor: MemoryFor,
): Generator<Uint8Array<ArrayBuffer>, boolean> {
  const found = startDigest();
  let done = 0;
  do {
    const piece = memoryFor(done, Math.min(PIECE_BYTES, size - done));
    const count = ifReadable(() => io.readInto(path, piece, done));
    if (count !== piece.length) return false;
    found.update(piece);
    done += piece.length;
    if (done === size && found.digest("hex") !== digest) return false;
    yield piece;
  } while (done < size);
  return true;
}

/** Memory for one piece at a time: the same for all, so what is made of an earlier piece fails instead of being wrong. */
export function memoryOfOnePiece(): MemoryFor {
  let memory = new ArrayBuffer(0);
  return (_, length) => new Uint8Array(memory = memory.transfer(length));
}

/** Reads all pieces, and returns whether they match. */
export function readAllPieces(pieces: Generator<unknown, boolean>): boolean {
  let next = pieces.next();
  while (!next.done) next = pieces.next();
  return next.value;
}
