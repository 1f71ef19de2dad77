/** What a source of files is: one file defines a place that a dataset may come from. */
import type { ZodRawShape } from "zod";
import type { ProducedFile, Progress } from "../engine/stage/stage.ts";
import type { DatasetFile } from "./dataset.ts";

/** What a source works with. */
export interface FetchContext {
  /** A folder of the job's own that outlives a killed run. */
  scratch: string;
  signal: AbortSignal;
  progress: Progress;
}

/** A source, as one file defines it. */
export interface SourceDefinition<P = Record<string, unknown>> {
  /** As experiments write it, in the field "from": "npm", "https", "file". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment, beside "from". */
  readonly params: ZodRawShape;
  /** Which of its params is a folder on this machine, relative to the experiment file. */
  readonly folder?: string & keyof P;
  /** Names under which a file may be in that folder: as it is, compressed. */
  fileNames?(file: DatasetFile): readonly string[];
  /** The host that it has to reach; null for none. */
  host?(params: P): string;
  /**
   * Gets a file; its bytes, uncompressed, must have the SHA-256 that `file` says.
   * @throws DownloadError when it cannot be had. @throws ChecksumError when it has other bytes.
   */
  fetch(file: DatasetFile, params: P, context: FetchContext): Promise<ProducedFile>;
}

/** Declares a source. */
export function defineSource<P>(source: SourceDefinition<P>): SourceDefinition {
  return source as unknown as SourceDefinition;
}
