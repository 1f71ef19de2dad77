/** What a dataset is: files, their digests, and where they come from. */
import { declared, type Written } from "../../core/declared.ts";
import type { Definition } from "../engine/stage/kind.ts";

/** The four files of a dataset. */
export const FILE_ROLES = ["train_images", "train_labels", "test_images", "test_labels"] as const;

/** One of the four files. */
export type FileRole = typeof FILE_ROLES[number];

/** A file: the publisher's name for it, and the SHA-256 of its bytes, unpacked or as a gzip file. */
export interface DatasetFile {
  name: string;
  sha256: string;
}

/** A dataset's files. */
export type DatasetFiles = Record<FileRole, DatasetFile>;

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
}

/** Declares a dataset. */
export function defineDataset(dataset: Written<DatasetDefinition>): DatasetDefinition {
  return declared("datasets", dataset);
}
