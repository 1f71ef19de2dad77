/** Arrays in files of any size, whose numbers are read a piece at a time. */
import { type Artifact, PIECE_BYTES } from "../engine/stage/kind.ts";

/** What can be read in pieces. */
export type InPieces = Pick<Artifact, "pieces" | "size">;

/** Where the numbers of a file begin, and the bytes of each. */
interface Place {
  readonly offset: number;
  readonly width: number;
}

/**
 * What `parse` finds in the first piece of a file. The other pieces are only read if it throws: if the bytes are damaged,
 * that is the reason.
 */
export function headerOf<H>(file: InPieces, parse: (start: Uint8Array) => H): H {
  for (const found of eachChanged(file.pieces(memoryFor(file)), parse)) return found;
  throw new RangeError("A file has at least one piece, even if that is empty.");
}

/** The numbers of a file in pieces of whole numbers, aligned in memory. Each can be used until the next one is requested. */
export function* wholeNumbers(file: InPieces, { offset, width }: Place): Generator<Uint8Array<ArrayBuffer>> {
  let [before, rest] = [offset, new Uint8Array(0)];
  for (const piece of file.pieces(memoryFor(file))) {
    const start = Math.min(before, piece.length);
    before -= start;
    const added = piece.subarray(start);
    const isWhole = rest.length === 0 && added.byteOffset % width === 0;
    const bytes = isWhole ? added : joined(rest, added);
    const end = bytes.length - bytes.length % width;
    rest = bytes.slice(end);
    if (end > 0) yield bytes.subarray(0, end);
  }
}

/** Copies into `target`, which begins at `at` of a file or an array, what the piece that begins at `first` has of it. */
export function copyShared<A extends Uint8Array | Float32Array>(target: A, at: number, piece: A, first: number): void {
  const [start, end] = [Math.max(at, first), Math.min(at + target.length, first + piece.length)];
  if (start < end) target.set(piece.subarray(start - first, end - first), start - at);
}

/** Memory for one piece: they are used one after the other. */
function memoryFor({ size }: InPieces): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Math.min(PIECE_BYTES, size));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/**
 * What `change` makes of each piece; it gets the index of the piece's first element, too. An error of `change` is thrown
 * after all pieces are read: if the bytes are damaged, that is the reason.
 */
export function* eachChanged<A extends { readonly length: number }, B>(
  pieces: Iterable<A>,
  change: (piece: A, first: number) => B,
): Generator<B> {
  let [first, failure]: [number, { error: unknown } | null] = [0, null];
  for (const piece of pieces) {
    if (failure !== null) continue;
    let changed: B;
    try {
      changed = change(piece, first);
    } catch (error) {
      failure = { error };
      continue;
    }
    first += piece.length;
    yield changed;
  }
  if (failure !== null) throw failure.error;
}
