/** Bytes in memory in the form of an artifact, for code that reads artifacts and is to read something else. */
import { type Artifact, PIECE_BYTES } from "../stage/kind.ts";
import { digestOfBytes } from "./digest.ts";

/** These bytes, which are not copied and must not change. */
export function memoryArtifact(bytes: Uint8Array<ArrayBuffer>): Artifact {
  return {
    get digest() {
      return digestOfBytes(bytes);
    },
    size: bytes.length,
    bytes: () => bytes,
    readInto: (target) => target.set(bytes),
    *pieces() {
      // An empty artifact has one piece, too.
      for (let at = 0; at === 0 || at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
    },
  };
}

/** Pieces as one. They are copied: the memory of a piece may be used again for the next. */
export function joinedPieces(pieces: Iterable<Uint8Array<ArrayBuffer>>): Uint8Array<ArrayBuffer> {
  const all = Array.from(pieces, (piece) => piece.slice());
  const joined = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of all) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
