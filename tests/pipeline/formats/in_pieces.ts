/** Files that come in pieces. */

/** Bytes as a file whose pieces have `length` bytes, all in the same memory, like those of stored artifacts. */
export function inPieces(bytes: Uint8Array, length: number) {
  return {
    size: bytes.length,
    *pieces(): Generator<Uint8Array<ArrayBuffer>> {
      const memory = new Uint8Array(length);
      for (let start = 0; start < Math.max(1, bytes.length); start += length) {
        const piece = bytes.subarray(start, start + length);
        memory.fill(0xee).set(piece);
        yield memory.subarray(0, piece.length);
      }
    },
  };
}

/** Pieces together, each copied before the next one is requested. */
export function together(pieces: Iterable<ArrayLike<number | bigint>>): (number | bigint)[] {
  const all: (number | bigint)[] = [];
  for (const piece of pieces) all.push(...Array.from(piece));
  return all;
}
