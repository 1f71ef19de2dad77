/** The contents of a cache folder: records, artifacts and quarantined files. */
import { basename, join } from "node:path";
import type { FileStatus } from "../files/entry.ts";
import { addressesOf, everyRecord, keyOf, type StageRecord } from "../keys/record.ts";
import type { Store } from "../store/store.ts";

/** A valid record, as it is stored. */
export interface StoredRecord {
  path: string;
  key: string;
  record: StageRecord;
  /** When it was made or last used, to the day; milliseconds since 1970. */
  used: number;
  /** The size of each artifact that it refers to, by digest. */
  artifacts: Map<string, number>;
}

/** A file of the cache, or what is in the place of one. */
export interface StoredFile extends Pick<FileStatus, "kind" | "size" | "modified"> {
  path: string;
}

/** Everything that a cache holds. */
export interface Contents {
  records: StoredRecord[];
  /** Files in the records folder that are not valid records. */
  damagedRecords: string[];
  /** Artifacts by digest; their bytes are not checked. */
  artifacts: Map<string, StoredFile>;
  quarantine: StoredFile[];
}

/** Reads all records of a cache and lists its files. */
export function contentsOf(store: Store): Contents {
  const records: StoredRecord[] = [];
  const damagedRecords: string[] = [];
  for (const [path, record] of everyRecord(store)) {
    if (record === null) {
      damagedRecords.push(path);
      continue;
    }
    const artifacts = new Map(addressesOf(record).map(({ address: { digest, size } }) => [digest, size]));
    records.push({ path, key: keyOf(record.request), record, used: store.io.status(path)?.modified ?? 0, artifacts });
  }
  const artifacts = foldersIn(store, join(store.root, "artifacts")).flatMap((folder) => filesIn(store, folder));
  return {
    records,
    damagedRecords,
    artifacts: new Map(artifacts.map((file) => [basename(file.path), file])),
    quarantine: filesIn(store, join(store.root, "quarantine")),
  };
}

/** The files in a folder of the cache. */
export function filesIn(store: Store, folder: string): StoredFile[] {
  return store.io.list(folder).flatMap((name) => filesAt(store, join(folder, name)));
}

/** The paths in a folder where folders are expected; files, which programs create to describe one, are skipped. */
export function foldersIn(store: Store, folder: string): string[] {
  return filesIn(store, folder).filter(({ kind }) => kind !== "file").map(({ path }) => path);
}

/** The file at a path, as a list; empty if it does not exist. */
export function filesAt({ io }: Store, path: string): StoredFile[] {
  const status = io.status(path);
  return status === null ? [] : [{ path, kind: status.kind, size: status.size, modified: status.modified }];
}

/** The sum of sizes, in bytes. */
export function totalSize(files: Iterable<{ size: number }>): number {
  return Iterator.from(files).reduce((sum, { size }) => sum + size, 0);
}
