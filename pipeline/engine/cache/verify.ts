/** Checks a cache by reading all of its bytes, and repairs it: what is damaged is set aside, to be made anew. */
import { atTheGate } from "../store/lease.ts";
import { setAside } from "../store/quarantine.ts";
import { addressesOf, everyRecord } from "../keys/record.ts";
import type { Store } from "../store/store.ts";
import { contentsOf, type StoredFile, type StoredRecord, totalSize } from "./contents.ts";

/** What a check found. */
export interface Verification {
  /** How many records and artifacts were checked, and the bytes of the artifacts. */
  records: number;
  artifacts: number;
  bytes: number;
  damagedRecords: string[];
  damagedArtifacts: DamagedArtifact[];
  missing: MissingArtifact[];
  /** Artifacts that no record names: a killed run leaves some, and `cache gc` removes them. Nothing is wrong with them. */
  orphaned: StoredFile[];
  /** False when something is damaged or missing. */
  isGood: boolean;
}

/** An artifact whose bytes are not those that its name says. */
export interface DamagedArtifact {
  path: string;
  expected: string;
  found: string;
  /** Stages that name it, with their keys. */
  usedBy: UsedBy[];
}

/** An artifact that is named but not there. */
export interface MissingArtifact {
  digest: string;
  usedBy: UsedBy[];
}

/** A record, to people. */
export interface UsedBy {
  stage: string;
  key: string;
  step?: number;
}

/** Checks every record and every artifact, remembering nothing of earlier checks. */
export function verifyStore(store: Store): Verification {
  const { records, damagedRecords, artifacts } = contentsOf(store);
  const users = usersOf(records);
  const damagedArtifacts = [...artifacts].flatMap(([expected, { path }]): DamagedArtifact[] => {
    const found = store.io.digest(path);
    // What is gone by now was cleared away, and its records before it.
    if (found === null || found === expected) return [];
    return [{ path, expected, found, usedBy: (users.get(expected) ?? []).map(asUser) }];
  });
  const missing = [...users].flatMap(([digest, named]): MissingArtifact[] => {
    if (artifacts.has(digest) || !isMissing(store, digest)) return [];
    const usedBy = named.filter(({ path }) => store.io.status(path) !== null).map(asUser);
    return usedBy.length === 0 ? [] : [{ digest, usedBy }];
  });
  return {
    records: records.length + damagedRecords.length,
    artifacts: artifacts.size,
    bytes: totalSize(artifacts.values()),
    damagedRecords,
    damagedArtifacts,
    missing,
    orphaned: [...artifacts].filter(([digest]) => !users.has(digest)).map(([, file]) => file),
    isGood: damagedRecords.length + damagedArtifacts.length + missing.length === 0,
  };
}

/**
 * Repairs what a check found: sets damaged artifacts and records aside, and removes the records of artifacts that are
 * missing, so that the next run makes all of it anew.
 */
export function repairStore(store: Store, { damagedArtifacts }: Verification): void {
  atTheGate(store.root, () => {
    for (const { expected } of damagedArtifacts) store.discard(expected);
    for (const [path, record] of everyRecord(store)) {
      if (record === null) setAside(store, path, "a sealed record of this name");
      else if (addressesOf(record).some(({ address }) => isMissing(store, address.digest))) store.io.remove(path);
    }
  });
}

function isMissing(store: Store, digest: string): boolean {
  return store.io.status(store.artifactPath(digest)) === null;
}

function usersOf(records: readonly StoredRecord[]): Map<string, StoredRecord[]> {
  const users = new Map<string, StoredRecord[]>();
  for (const record of records) {
    for (const digest of record.artifacts.keys()) {
      const named = users.get(digest);
      if (named === undefined) users.set(digest, [record]);
      else named.push(record);
    }
  }
  return users;
}

function asUser({ key, record: { request: { stage, step } } }: StoredRecord): UsedBy {
  return step === undefined ? { stage, key } : { stage, key, step };
}
