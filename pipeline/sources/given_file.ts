/** A file or a folder that a user names, read into memory as the `file` source would store it. */
import { join } from "node:path";
import { reasonOf } from "../engine/files/entry.ts";
import { kindOfInput, openInput } from "../engine/files/input_file.ts";
import { readAll } from "../engine/files/open_file.ts";
import { DownloadError } from "../engine/run_errors.ts";
import type { Artifact } from "../engine/stage/artifact.ts";
import { memoryArtifact } from "../engine/store/memory_artifact.ts";
import { archiveOfFolder } from "./folder_archive.ts";
import { isGzip, MAX_FILE_BYTES, unpack } from "./gzip.ts";
import { namesOf } from "./local_file.ts";

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
