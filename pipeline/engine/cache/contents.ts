/** The contents of a cache folder: records, artifacts and quarantined files. */
import { basename, join } from "node:path";
import type { FileStatus } from "../files/entry.ts";
import type { CheckedFolders } from "../files/tree.ts";
import { addressesOf, everyRecord, type RecordReading, type StageRecord } from "../keys/record.ts";
import { statusText } from "../store/file_status.ts";
import type { Store } from "../store/store.ts";

/** What is kept in memory of a valid record: there can be a hundred thousand. */
export interface StoredRecord {
  path: string;
  key: string;
  stage: string;
  /** For a single step of a fold. */
  step?: number;
  /** The file's. It was modified when the record was made or last used, to the day. */
  status: FileStatus;
  /** The digests of the artifacts that it refers to, each once. */
  artifacts: string[];
}

/** A file of the cache, or what is in the place of one. */
export interface StoredFile extends Pick<FileStatus, "kind" | "size" | "modified"> {
  path: string;
}

/** The records of a cache. */
export interface StoredRecords {
  records: StoredRecord[];
  /** Files in the records folder that are not valid records. */
  damagedRecords: string[];
}

/** Everything that a cache holds. */
export interface Contents extends StoredRecords {
  /** Artifacts by digest; their bytes are not checked. */
  artifacts: Map<string, StoredFile>;
  quarantine: StoredFile[];
}

/** Told how far a part of the work is: the number of files or bytes that are done, and of all. */
export type OnTurn = NonNullable<RecordReading["onTurn"]>;

/** Reads all records of a cache, except those that have been read `before` and whose files have not changed since. */
export function recordsOf(store: Store, onTurn?: OnTurn, before: readonly StoredRecord[] = []): StoredRecords {
  const known = new Map(before.map((one) => [one.path, one]));
  const found: StoredRecords = { records: [], damagedRecords: [] };
  /** One text per digest: records of a fold and of its steps have the same. */
  const digests = new Map<string, string>();
  const skips = (path: string, status: FileStatus) => {
    const one = known.get(path);
    if (one === undefined || statusText(one.status) !== statusText(status)) return false;
    found.records.push(one);
    return true;
  };
  for (const [path, record, status] of everyRecord(store, { onTurn, skips })) {
    if (record === null) {
      found.damagedRecords.push(path);
      continue;
    }
    const { stage, step } = record.request;
    const artifacts = digestsOf(record).map((digest) => digests.getOrInsertComputed(digest, () => digest));
    found.records.push({ path, key: basename(path, ".json"), stage, step, status, artifacts });
  }
  return found;
}

/** The digests of the artifacts that a record refers to, each once. */
function digestsOf(record: StageRecord): string[] {
  return [...new Set(addressesOf(record).map(({ address: { digest } }) => digest))];
}

/** Reads all records of a cache, as `recordsOf`, and lists its files. */
export function contentsOf(store: Store, onTurn?: OnTurn, before?: readonly StoredRecord[]): Contents {
  const records = recordsOf(store, onTurn, before);
  const artifacts = new Map(artifactsIn(store).map((file) => [basename(file.path), file] as const));
  return { ...records, artifacts, quarantine: filesIn(store, join(store.root, "quarantine")) };
}

/** The stored artifacts, folder by folder. */
export function artifactsIn(store: Store): IteratorObject<StoredFile> {
  return Iterator.from(foldersIn(store, join(store.root, "artifacts"))).flatMap((folder) => filesIn(store, folder));
}

/** The files in a folder of the cache. */
export function filesIn(store: Store, folder: string): StoredFile[] {
  const checked: CheckedFolders = new Set();
  return store.io.list(folder).flatMap((name) => filesAt(store, join(folder, name), checked));
}

/** The paths in a folder where folders are expected; files, which programs create to describe one, are skipped. */
export function foldersIn(store: Store, folder: string): string[] {
  return filesIn(store, folder).filter(({ kind }) => kind !== "file").map(({ path }) => path);
}

/** The file at a path, as a list; empty if it does not exist. */
export function filesAt({ io }: Store, path: string, checked?: CheckedFolders): StoredFile[] {
  const status = io.status(path, checked);
  return status === null ? [] : [{ path, kind: status.kind, size: status.size, modified: status.modified }];
}

/** The sum of sizes, in bytes. */
export function totalSize(files: Iterable<{ size: number }>): number {
  return Iterator.from(files).reduce((sum, { size }) => sum + size, 0);
}
