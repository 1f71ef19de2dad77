/**
 * Unpacks gzip files, with limits on the unpacked size. As RFC 1952 says, a file has one or more members, and their contents
 * belong together. Zeros after the last one are padding; anything else there is damage.
 */
import { createGunzip, type Gunzip } from "node:zlib";
import { writeAllAsync } from "../engine/files/open_file.ts";
import type { Tree } from "../engine/files/tree.ts";
import { startDigest } from "../engine/store/digest.ts";
import type { NamedFile } from "../define/dataset.ts";
import { mostUnpacked } from "../define/unpacked_size.ts";
import type { ProducedFile } from "../engine/stage/kind.ts";

/** The largest dataset file: the kernels' memory is 4 GiB, so a larger one could not be trained on. */
export const MAX_FILE_BYTES = 2 ** 32;
/** The decompressor unpacks a piece at once, to up to a thousand times its size, so pieces are small. */
const PIECE_BYTES = 1 << 12;
const CHUNK_BYTES = 1 << 16;
/** Codes of the decompressor's errors for files that are cut short, or are no gzip files somewhere. */
const CODES = ["Z_BUF_ERROR", "Z_DATA_ERROR"];

/** What is wrong with a gzip file, as a clause; the second one unpacks to far more than its size, as no dataset does. */
const [DAMAGED, TOO_LARGE] = [
  "is a damaged gzip file: it is cut short, or some of its bytes are not its own",
  "is a gzip file that unpacks to far more than its size; if it is the right file, unpack it yourself",
];

/** True if an open file starts like a gzip file. Files in dataset formats do not. */
export async function isGzip(file: Deno.FsFile): Promise<boolean> {
  file.seekSync(0, Deno.SeekMode.Start);
  const start = new Uint8Array(2);
  const count = await file.read(start);
  file.seekSync(0, Deno.SeekMode.Start);
  return count === 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unpacks an open gzip file, calls `take` with its contents piece by piece, and waits for its promises. Returns a clause that
 * says what is wrong; null if nothing is.
 * @throws the signal's reason when it is aborted.
 */
export async function unpack(
  from: Deno.FsFile,
  take: (piece: Uint8Array) => Promise<void> | void,
  signal: AbortSignal,
): Promise<string | null> {
  const { size } = await from.stat();
  const maxBytes = Math.min(MAX_FILE_BYTES, mostUnpacked(size));
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const feeding = feed(gunzip, from, signal);
  try {
    let total = 0;
    for await (const piece of gunzip) {
      signal.throwIfAborted();
      total += piece.length;
      if (total > maxBytes) return TOO_LARGE;
      await take(piece);
      // Frees the memory now, if nothing else is in it: the garbage collector could not keep up with a zip bomb.
      if (piece.length === piece.buffer.byteLength) piece.buffer.transfer(0);
    }
    await feeding;
    return await endsWithZeros(from, gunzip.bytesWritten) ? null : DAMAGED;
  } catch (error) {
    signal.throwIfAborted();
    if (CODES.includes((error as { code?: string }).code ?? "")) return DAMAGED;
    throw error;
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** Passes a file to the decompressor piece by piece, until its end, an error or an abortion. */
async function feed(gunzip: Gunzip, file: Deno.FsFile, signal: AbortSignal): Promise<void> {
  const closed = new Promise((done) => gunzip.once("close", done));
  try {
    while (!gunzip.destroyed) {
      signal.throwIfAborted();
      const piece = new Uint8Array(PIECE_BYTES);
      const count = await file.read(piece);
      if (count === null) return void gunzip.end();
      await Promise.race([closed, new Promise((done) => gunzip.write(piece.subarray(0, count), done))]);
    }
  } catch (error) {
    gunzip.destroy(error as Error);
  }
}

/** True if there are only zeros from `offset` on: padding of blocks, as of tapes, which gzip(1) ignores too. */
async function endsWithZeros(file: Deno.FsFile, offset: number): Promise<boolean> {
  file.seekSync(offset, Deno.SeekMode.Start);
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let count = await file.read(chunk); count !== null; count = await file.read(chunk)) {
    if (chunk.subarray(0, count).some((byte) => byte !== 0)) return false;
  }
  return true;
}

/** Read at once: large enough to be efficient, small enough to be interrupted promptly. */
const READ_BYTES = 1 << 20;

/** The SHA-256 of an open file, 64 hex digits. @throws the signal's reason when it is aborted. */
export async function digestOfFile(
  file: Deno.FsFile,
  signal: AbortSignal,
  onBytes?: (done: number) => void,
): Promise<string> {
  const hash = startDigest();
  file.seekSync(0, Deno.SeekMode.Start);
  const chunk = new Uint8Array(READ_BYTES);
  let done = 0;
  for (let count = await file.read(chunk); count !== null; count = await file.read(chunk)) {
    signal.throwIfAborted();
    hash.update(chunk.subarray(0, count));
    onBytes?.(done += count);
  }
  return hash.digest("hex");
}

/**
 * Unpacks an open gzip file into the file `to` of a scratch folder. Returns a clause that says what is wrong if that is not
 * possible, or neither the file nor its contents have the expected SHA-256, if one is; then `to` does not exist.
 * @throws the signal's reason when it is aborted.
 */
export async function takePacked(
  packed: Deno.FsFile,
  scratch: Tree,
  to: string,
  { sha256 }: NamedFile,
  signal: AbortSignal,
  onBytes: (done: number) => void = () => {},
): Promise<ProducedFile | string> {
  using target = scratch.openOrCreate(to);
  target.truncateSync();
  const hash = startDigest();
  let done = 0;
  const wrong = await unpack(packed, async (piece) => {
    hash.update(piece);
    await writeAllAsync(target, piece);
    onBytes(done += piece.length);
  }, signal);
  const digest = hash.digest("hex");
  const isExpected = async () =>
    sha256 === undefined || digest === sha256 || await digestOfFile(packed, signal) === sha256;
  if (wrong === null && await isExpected()) return { path: to, move: true, digest };
  scratch.remove(to);
  return wrong ?? `${mismatch(sha256!, digest)} when it is unpacked`;
}

/** A clause that says what a file's digest must be, and is. */
export function mismatch(expected: string, found: string): string {
  return `must have the SHA-256 ${expected}, but has ${found}`;
}
