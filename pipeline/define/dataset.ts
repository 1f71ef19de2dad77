/** What a dataset is: one file names its files, their digests, and where they come from. */

/** What a dataset consists of. */
export const FILE_ROLES = ["train_images", "train_labels", "test_images", "test_labels"] as const;

/** One of the four files. */
export type FileRole = typeof FILE_ROLES[number];

/** A file as its publisher names it, and the SHA-256 of its bytes, uncompressed. */
export interface DatasetFile {
  name: string;
  sha256: string;
}

/** A dataset's files. */
export type DatasetFiles = Record<FileRole, DatasetFile>;

/** A dataset, as one file defines it. */
export interface DatasetDefinition {
  /** As experiments write it: "mnist". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  readonly files: DatasetFiles;
}

/** Declares a dataset. */
export function defineDataset(dataset: DatasetDefinition): DatasetDefinition {
  return dataset;
}
