/** Takes what a gzip file contains. Its digest, and its contents' digest, are equally good to recognize it. */
import type { DatasetFile } from "../define/dataset.ts";
import type { Tree } from "../engine/files/tree.ts";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import { digestOfFile } from "./file_digest.ts";
import { unpack } from "./gzip.ts";

/**
 * Unpacks an open gzip file into the file `to` of a scratch folder. Returns a clause that says what is wrong if that is not
 * possible, or neither the file nor its contents have the expected SHA-256; then `to` does not exist.
 * @throws the signal's reason when it is aborted.
 */
export async function takePacked(
  packed: Deno.FsFile,
  scratch: Tree,
  to: string,
  file: DatasetFile,
  signal: AbortSignal,
  onBytes?: (done: number) => void,
): Promise<ProducedFile | string> {
  const unpacked = await unpack(packed, scratch, to, signal);
  if (unpacked === "damaged") return "is a damaged gzip file: it is cut short, or some of its bytes are not its own";
  if (unpacked === "too large") {
    return "is a gzip file that unpacks to far more than its size; if it is the right file, unpack it yourself";
  }
  const digest = await digestIn(scratch, to, signal, onBytes);
  if (digest === file.sha256 || await digestOfWhole(packed, signal) === file.sha256) {
    return { path: to, move: true, digest };
  }
  scratch.remove(to);
  return `${mismatch(file, digest)} when it is unpacked`;
}

/** A clause that says what a file's digest must be, and is. */
export function mismatch({ sha256 }: DatasetFile, found: string): string {
  return `must have the SHA-256 ${sha256}, but has ${found}`;
}

async function digestOfWhole(file: Deno.FsFile, signal: AbortSignal): Promise<string> {
  file.seekSync(0, Deno.SeekMode.Start);
  return await digestOfFile(file, signal);
}

async function digestIn(scratch: Tree, path: string, signal: AbortSignal, onBytes?: (done: number) => void) {
  using file = scratch.open(path);
  return file === null ? "" : await digestOfFile(file, signal, onBytes);
}
