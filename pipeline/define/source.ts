/** What a source of dataset files is. */
import { declared, type Written } from "../../core/declared.ts";
import type { z, ZodObject, ZodRawShape } from "zod";
import { ConfigError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/artifact.ts";
import type { Definition } from "../engine/stage/kind.ts";
import type { PinContext, Progress } from "../engine/stage/stage.ts";
import type { DatasetFile, NamedFile } from "./dataset.ts";

/** What a source uses to get a file. */
export interface FetchContext {
  /** A folder for unfinished files; it survives a killed run. */
  scratch: string;
  /** The folders of the projects, which have npm packages in node_modules. */
  projects: readonly string[];
  signal: AbortSignal;
  progress: Progress;
}

/** A source, as one file defines it. `P` are its params. */
export interface SourceDefinition<P = Record<string, unknown>> extends Definition {
  /** The value of the field "from" in experiments: "npm", "https", "file". */
  readonly name: string;
  readonly about: string;
  /** Its other fields in an experiment. */
  readonly params: ZodRawShape;
  /** The param that is a folder on this machine, relative to the experiment file, if there is one. */
  readonly folder?: string & keyof P;
  /** The names that a file can have in that folder. Default: its own. */
  fileNames?(file: NamedFile): readonly string[];
  /** The host that it connects to, as "HOST:PORT"; omitted if it uses no network. */
  host?(params: P): string;
  /**
   * The SHA-256 of a file for which an experiment gives none: that of a local file as it is now, or of a file on the web
   * as it is locked. Undefined if it is not known yet. A source without this function needs all digests.
   * @throws DownloadError if the file is not available.
   */
  pin?(name: string, params: P, context: PinContext & Pick<FetchContext, "projects">): Promise<string | undefined>;
  /**
   * Gets a file and checks its SHA-256.
   * @throws DownloadError if the file is not available.
   * @throws ChecksumError if it has other bytes.
   * @throws the signal's reason when it is aborted.
   */
  fetch(file: DatasetFile, params: P, context: FetchContext): Promise<ProducedFile>;
}

/** Declares a source; `fetch` and `host` receive params of the types that `params` describes. */
export function defineSource<S extends ZodRawShape>(
  source: Written<Omit<SourceDefinition<z.output<ZodObject<S>>>, "params">> & { readonly params: S },
): SourceDefinition {
  return declared("sources", source);
}

/** What `pin` of a source returns. @throws ConfigError if it has no such function. */
export function pinFile(source: SourceDefinition, ...args: Parameters<NonNullable<SourceDefinition["pin"]>>) {
  if (source.pin !== undefined) return source.pin(...args);
  throw new ConfigError(
    `The source "${source.name}" cannot tell the SHA-256 of ${args[0]}: give it in download.files.`,
  );
}

/** "HOST:PORT" of a web address, with the port that is the default of its protocol. */
export function hostOf(address: URL | string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}
