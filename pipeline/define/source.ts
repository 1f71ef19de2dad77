/** What a source of dataset files is: one file defines a place that they may come from. */
import type { z, ZodObject, ZodRawShape } from "zod";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import type { Progress } from "../engine/stage/stage.ts";
import type { DatasetFile } from "./dataset.ts";

/** What a source works with. */
export interface FetchContext {
  /** A folder for unfinished files; it outlives a killed run. */
  scratch: string;
  signal: AbortSignal;
  progress: Progress;
}

/** A source, as one file defines it. `P` are its params. */
export interface SourceDefinition<P = Record<string, unknown>> {
  /** As experiments write it, in the field "from": "npm", "https", "file". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment, beside "from". */
  readonly params: ZodRawShape;
  /** The param that names a folder on this machine, relative to the experiment file; left out: none does. */
  readonly folder?: string & keyof P;
  /** The names that a file may have in that folder; by default its own. */
  fileNames?(file: DatasetFile): readonly string[];
  /** The host that it connects to, without a port; left out: it uses no network. */
  host?(params: P): string;
  /**
   * Gets a file whose uncompressed bytes have the SHA-256 that `file` gives.
   * @throws DownloadError when it cannot be had.
   * @throws ChecksumError when it has other bytes.
   * @throws the signal's reason when it is aborted.
   */
  fetch(file: DatasetFile, params: P, context: FetchContext): Promise<ProducedFile>;
}

/** Declares a source; `fetch` and `host` are given params of the types that `params` describes. */
export function defineSource<S extends ZodRawShape>(
  source: Omit<SourceDefinition<z.output<ZodObject<S>>>, "params"> & { readonly params: S },
): SourceDefinition {
  return source as unknown as SourceDefinition;
}
