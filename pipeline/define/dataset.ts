/** What a dataset is: files, their digests, and where they come from. */
import { declared, type Written } from "../../core/declared.ts";
import type { Definition } from "../engine/stage/kind.ts";

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
