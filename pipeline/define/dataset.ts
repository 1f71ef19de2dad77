/** What a dataset is: files, their digests, and where they come from. */
import type { z, ZodObject, ZodRawShape } from "zod";
import { declared, type Written } from "../../core/declared.ts";
import { ConfigError } from "../engine/run_errors.ts";
import type { Definition, ProducedFile } from "../engine/stage/kind.ts";
import type { PinContext, Progress } from "../engine/stage/stage.ts";

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

/** The files of a dataset in a format of arrays, and the artifacts in which any dataset's files are stored. */
export const FILE_ROLES = ["train_images", "train_labels", "test_images", "test_labels"] as const;

/** One of the four files. */
export type FileRole = typeof FILE_ROLES[number];

/** A file: the publisher's name for it, and the SHA-256 of its bytes, unpacked or as a gzip file. */
export interface DatasetFile {
  name: string;
  sha256: string;
}

/** A file of an experiment, which may leave its SHA-256 open. */
export type NamedFile = Pick<DatasetFile, "name"> & Partial<DatasetFile>;

/** The files of a dataset in a format of arrays. */
export type ArrayFiles = Record<FileRole, DatasetFile>;

/**
 * A dataset's files: four arrays; or, in a format whose files have examples with their labels, two tables; or one that
 * has everything, whose test rows are in it or drawn by the split stage.
 */
export type DatasetFiles<F = DatasetFile> =
  | Record<FileRole, F>
  | { readonly train: F; readonly test: F }
  | { readonly data: F };

/** The artifacts that hold these files; those that are not named are empty. */
export function filesByRole<F>(files: DatasetFiles<F>): Partial<Record<FileRole, F>> {
  if ("data" in files) return { train_images: files.data };
  if ("train" in files) return { train_images: files.train, test_images: files.test };
  return files;
}

/** A dataset, as one file defines it. */
export interface DatasetDefinition extends Definition {
  /** The name in experiments: "mnist". */
  readonly name: string;
  readonly about: string;
  readonly files: DatasetFiles;
  /** What the files contain, if an experiment is to be checked against it before they are read. */
  readonly content?: {
    /** Of an image. */
    readonly shape: readonly number[];
    /** Labels are 0 to classes - 1, and all are used. */
    readonly classes: number;
    readonly trainRows: number;
    readonly testRows: number;
  };
  /** The names of the classes, in the order of their numbers. */
  readonly classNames?: readonly string[];
  /** Where the files come from unless an experiment says otherwise: a source with its params. Default: the first source. */
  readonly from?: Readonly<Record<string, unknown>> & { readonly from: string };
}

/** The params of a download. */
type Download = { readonly dataset?: unknown; readonly files?: unknown; readonly class_names?: unknown };

/** The dataset whose own files the params of a download name; undefined for files of the experiment's own. */
export function publishedDataset({ dataset, files }: Download = {}, datasets: readonly DatasetDefinition[]) {
  return files === undefined ? datasets.find(({ name }) => name === dataset) : undefined;
}

/** The files that the params of a download name, or else those of the dataset that they name; none if there is no such one. */
export function downloadedFiles(download: Download | undefined, datasets: readonly DatasetDefinition[]) {
  const files = download?.files ?? publishedDataset(download, datasets)?.files;
  return (files ?? {}) as Readonly<Record<string, NamedFile>>;
}

/** The names of the classes, in the order of their numbers, that the params of a download give, or else its dataset has. */
export function givenClassNames(download: Download | undefined, datasets: readonly DatasetDefinition[]) {
  return (download?.class_names as readonly string[] | undefined) ?? publishedDataset(download, datasets)?.classNames ??
    [];
}

/** Declares a dataset. */
export function defineDataset<F extends DatasetFiles>(
  dataset: Written<DatasetDefinition> & { readonly files: F },
): DatasetDefinition & { readonly files: F } {
  return declared("datasets", dataset);
}
