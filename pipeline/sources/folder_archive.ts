/**
 * A folder as one file: a tar archive, which has the same bytes on every machine as long as the files have the same names
 * and contents. It is made piece by piece, so a folder of any size takes little memory.
 */
import { join } from "node:path";
import { openInput } from "../engine/files/entry.ts";
import { filesInFolder } from "../engine/files/input_folder.ts";
import { writeAll } from "../engine/files/open_file.ts";
import type { Tree } from "../engine/files/tree.ts";
import { pause } from "../engine/run/context.ts";
import { PIECE_BYTES } from "../engine/stage/kind.ts";
import type { Progress } from "../engine/stage/stage.ts";
import { startDigest } from "../engine/store/digest.ts";
import { byCodePoint } from "../text/code_points.ts";
import { MAX_FILE_BYTES } from "./gzip.ts";
import { tarEnd, tarHeader, tarPadding } from "./tar_header.ts";

/** Four times as many as in ImageNet's small version; and a receipt lists all of them. */
const MAX_FILES = 1 << 18;

/** What packing a folder reports to, and asks. */
interface Packing {
  signal: AbortSignal;
  progress: Progress;
  looksAt?(path: string): void;
}

/** The SHA-256 of the archive of a folder, which is not written. @throws as `packFolder` does. */
export async function digestOfFolder(folder: string, packing: Packing): Promise<string> {
  const digest = startDigest();
  await forEachPiece(folder, packing, (piece) => digest.update(piece));
  return digest.digest("hex");
}

/**
 * Writes the archive of a folder as the file `to` of a scratch folder, and returns its SHA-256.
 * @throws FolderError or ObstacleError for what cannot be packed; Error for what cannot be read, or changes meanwhile.
 */
export async function packFolder(folder: string, scratch: Tree, to: string, packing: Packing): Promise<string> {
  using target = scratch.openOrCreate(to);
  target.truncateSync();
  const digest = startDigest();
  await forEachPiece(folder, packing, (piece) => {
    digest.update(piece);
    scratch.explained(to, () => writeAll(target, piece));
  });
  return digest.digest("hex");
}

/** The archive of a folder, in memory. @throws as `packFolder` does. */
export async function archiveOfFolder(folder: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  await forEachPiece(folder, { signal, progress: () => {} }, (piece) => void pieces.push(piece.slice()));
  return await new Blob(pieces).bytes();
}

/** Calls `work` with the archive's bytes in order; the memory of a piece is used again for the next. */
async function forEachPiece(
  folder: string,
  { signal, progress, looksAt = () => {} }: Packing,
  work: (piece: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  const names = filesInFolder(folder, MAX_FILES, looksAt).sort(byCodePoint);
  const piece = new Uint8Array(PIECE_BYTES);
  let [filled, total] = [0, 0];
  const add = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + piece.length - filled);
      piece.set(part, filled);
      [at, filled, total] = [at + part.length, filled + part.length, total + part.length];
      if (filled === piece.length) flush();
    }
    if (total > MAX_FILE_BYTES) throw new RangeError(`its files have more than ${MAX_FILE_BYTES} bytes`);
  };
  const flush = () => {
    work(piece.subarray(0, filled));
    filled = 0;
  };
  for (const [i, name] of names.entries()) {
    await pause(signal);
    if (name.endsWith("/")) add(tarHeader(name, 0));
    else addFile(join(folder, name), name, add);
    progress(total, null, `${i + 1} of ${names.length} files`);
  }
  add(tarEnd());
  flush();
}

const CHUNK = new Uint8Array(1 << 18);

function addFile(path: string, name: string, add: (bytes: Uint8Array) => void): void {
  using file = openInput(path);
  if (file === null) throw new Error(`${path} was removed meanwhile`);
  const { size } = file.statSync();
  add(tarHeader(name, size));
  for (let left = size; left > 0;) {
    const count = file.readSync(CHUNK.subarray(0, Math.min(left, CHUNK.length)));
    if (count === null) throw new Error(`${path} became shorter meanwhile`);
    add(CHUNK.subarray(0, count));
    left -= count;
  }
  add(tarPadding(size));
}
