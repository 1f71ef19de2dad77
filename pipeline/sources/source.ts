/** What a source of dataset files is: a function that gets one file, whose SHA-256 is known beforehand. */
import type { ProducedFile, Progress } from "../engine/stage/stage.ts";

/** A file to get. */
export interface DataFile {
  /** Its name at the source, without a folder. */
  name: string;
  /** The SHA-256 of its bytes, uncompressed, as 64 hex digits. */
  sha256: string;
}

/** What a source works with. */
export interface SourceContext {
  /** A folder for files in the making; it outlives a killed run. */
  scratch: string;
  signal: AbortSignal;
  /** Told the bytes that are there, and how many there will be. */
  progress: Progress;
}

/**
 * Gets a file: a local one, with the right bytes, that the store may copy or take.
 * @throws DownloadError when the file cannot be had.
 * @throws ChecksumError when the bytes are not those that the SHA-256 names.
 * @throws the signal's reason when it is aborted.
 */
export type Source = (file: DataFile, context: SourceContext) => Promise<ProducedFile>;
