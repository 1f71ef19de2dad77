/** Checks a cache by reading all of its bytes, and repairs it: damaged files are quarantined, to be recomputed. */
import { addressesOf, everyRecord } from "../keys/record.ts";
import { withGateClosed } from "../store/lease.ts";
import type { LockOwner } from "../store/lock.ts";
import { StoreError } from "../run_errors.ts";
import { forget } from "../store/file_status.ts";
import type { Store } from "../store/store.ts";
import { ifReadable } from "../store/store_failure.ts";
import { contentsOf, type OnTurn, type StoredFile, type StoredRecord, totalSize } from "./contents.ts";

/** The outcome of a check. */
export type Verification = ReturnType<typeof verifyStore>;

/** A record, for messages. */
export interface UsedBy {
  stage: string;
  key: string;
  step?: number;
}

/** Told of the work on records, in files, and on artifacts, in bytes; all optional. */
export interface VerifyEvents {
  onRecord?: OnTurn;
  onArtifact?: OnTurn;
}

/** Checks every record and every artifact, whether or not an earlier check is remembered. */
export function verifyStore(store: Store, { onRecord, onArtifact = () => {} }: VerifyEvents = {}) {
  const { records, damagedRecords, artifacts } = contentsOf(store, onRecord);
  const bytes = totalSize(artifacts.values());
  /** By the digest that is expected, that of the bytes; null if the file cannot be read, or something else is there. */
  const damaged = new Map<string, string | null>();
  let done = 0;
  for (const [expected, { path, size }] of artifacts) {
    onArtifact(done, bytes);
    done += size;
    const found = ifReadable(() => store.io.digest(path));
    // An artifact that has disappeared was removed by garbage collection, after its records.
    if (found !== expected && (found !== null || store.io.status(path) !== null)) damaged.set(expected, found);
  }
  const used = new Set(Iterator.from(records).flatMap(({ artifacts }) => artifacts));
  const absent = [...used].filter((digest) => !artifacts.has(digest) && isMissing(store, digest));
  const users = usersOf(records, new Set([...damaged.keys(), ...absent]));
  const damagedArtifacts = [...damaged].map(([expected, found]) => {
    const { path, kind } = artifacts.get(expected)!;
    return { path, kind, expected, found, usedBy: users.get(expected)!.map(asUser) };
  });
  const missing = absent.flatMap((digest) => {
    const usedBy = users.get(digest)!.filter(({ path }) => store.io.status(path) !== null).map(asUser);
    return usedBy.length === 0 ? [] : [{ digest, usedBy }];
  });
  const orphaned: StoredFile[] = [];
  for (const [digest, file] of artifacts) if (!used.has(digest)) orphaned.push(file);
  return {
    /** The number of records and artifacts that were checked, and the bytes of the artifacts. */
    records: records.length + damagedRecords.length,
    artifacts: artifacts.size,
    bytes,
    damagedRecords,
    damagedArtifacts,
    missing,
    /** Intact artifacts that no record refers to. A killed run can leave some; `cache gc` removes them. */
    orphaned,
    isGood: damagedRecords.length + damagedArtifacts.length + missing.length === 0,
  };
}

/**
 * Quarantines what is damaged and removes the records of missing artifacts, so the next run recomputes them. `onWait` is
 * called once if a run or another command (null if unknown) keeps this one waiting. Returns the failures: what could not
 * be moved keeps nothing else from being repaired.
 */
export function repairStore(
  store: Store,
  { damagedArtifacts }: Verification,
  onWait: (owner: LockOwner | null) => void = () => {},
): StoreError[] {
  const failures: StoreError[] = [];
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      failures.push(error);
    }
  };
  // Without locks as well: a run that stores the same at the same time then computes it twice.
  withGateClosed(store.tree, "cache verify --repair", onWait, () => {
    for (const { path, expected } of damagedArtifacts) {
      attempt(() => store.setAside(path, expected));
      forget(store, expected);
    }
    for (const [path, record] of everyRecord(store)) {
      attempt(() => {
        if (record === null) store.setAside(path, "a record with this name and a valid checksum");
        else if (addressesOf(record).some(({ address }) => isMissing(store, address.digest))) store.io.remove(path);
      });
    }
  });
  return failures;
}

function isMissing(store: Store, digest: string): boolean {
  return store.io.status(store.artifactPath(digest)) === null;
}

/** The records that refer to each of these artifacts. */
function usersOf(records: readonly StoredRecord[], digests: Set<string>): Map<string, StoredRecord[]> {
  const users = new Map(Iterator.from(digests).map((digest): [string, StoredRecord[]] => [digest, []]));
  if (users.size === 0) return users;
  for (const record of records) for (const digest of record.artifacts) users.get(digest)?.push(record);
  return users;
}

function asUser({ key, stage, step }: StoredRecord): UsedBy {
  return step === undefined ? { stage, key } : { stage, key, step };
}
