/**
 * Garbage collection: removes unused records, and then the artifacts that no record refers to. In this order a process
 * that is killed in between leaves artifacts without a record, and never a record without its artifacts.
 */
import { basename, join } from "node:path";
import { endedReceipts } from "../keys/receipt.ts";
import { StoreError } from "../run_errors.ts";
import { GATE, readLeases, withGateClosed } from "../store/lease.ts";
import { isFree, type LockOwner, removeFree } from "../store/lock.ts";
import type { Store } from "../store/store.ts";
import { unlessStoreFails } from "../store/store_failure.ts";
import type { CheckedFolders } from "../files/tree.ts";
import {
  type Contents,
  contentsOf,
  filesAt,
  filesIn,
  foldersIn,
  type OnTurn,
  recordsOf,
  type StoredFile,
  type StoredRecord,
  totalSize,
} from "./contents.ts";

/** What to keep besides what runs in progress and results need; nothing if no field is set. */
export interface KeepRule {
  /** Keep records that were used in the last N days. */
  days?: number;
  /** Keep the most recently used records, up to N bytes of artifacts in total. */
  size?: number;
}

/** What a collection does besides removing, all optional. */
export interface GcOptions {
  /** Removes nothing. */
  dryRun?: boolean;
  /** Called once if a run or another command (null if unknown) keeps this one waiting. */
  onWait?(owner: LockOwner | null): void;
  /** Called for each record that is read, and for each file that is removed. */
  onRead?: OnTurn;
  onRemove?: OnTurn;
}

/** What was removed, or would be. */
export type GarbageCollection = ReturnType<typeof plan>;

const DAY = 86_400_000;

/**
 * Removes what the rule does not keep; nothing for a dry run. `neededByResults` returns the digests of all artifacts that
 * kept results were made from; it is called while no run can begin to use anything. That is short, because the records
 * are read before, and then only those that have changed in the meantime.
 * @throws StoreError on a file system without locks: which runs are in progress is not known there.
 */
export function collectGarbage(
  store: Store,
  rule: KeepRule,
  neededByResults: () => Set<string>,
  { dryRun = false, onWait = () => {}, onRead, onRemove = () => {} }: GcOptions = {},
): GarbageCollection {
  const { records } = recordsOf(store, onRead);
  const planned = () => plan(store, rule, neededByResults, records);
  if (dryRun || store.io.status(store.root) === null) return planned();
  return withGateClosed(store.tree, "cache gc", onWait, (isClosed) => {
    if (!isClosed) throw withoutLocks(store);
    const clearing = planned();
    const checked: CheckedFolders = new Set();
    const total = clearing.records.length + clearing.artifacts.length;
    let done = 0;
    const remove = (path: string) => {
      onRemove(done++, total);
      store.io.remove(path, checked);
    };
    for (const { path } of clearing.records) remove(path);
    // A folder in the place of a file is left to `cache verify --repair`.
    for (const { path, kind } of clearing.artifacts) if (kind !== "folder") remove(path);
    // Optional: something else in the place of a note, a folder for example, cannot be removed and is left alone.
    for (const { path } of clearing.others) unlessStoreFails(() => store.io.remove(path));
    for (const { path } of clearing.locks) removeFree(store.tree, path);
    return clearing;
  });
}

function withoutLocks({ root }: Store): StoreError {
  return new StoreError(
    `The file system of ${root} has no locks, so it is not known which runs are in progress and use what would be ` +
      "removed. Move the cache to a file system with locks, or, when no run is in progress, remove the whole folder.",
  );
}

function plan(store: Store, rule: KeepRule, neededByResults: () => Set<string>, before: readonly StoredRecord[]) {
  // Leases first: a run whose lease has already ended has its results in place.
  const { live, ...leases } = readLeases(store.tree);
  if (live === null) throw withoutLocks(store);
  const needed = leases.digests.union(neededByResults());
  const contents = contentsOf(store, undefined, before);
  const kept = keptArtifacts(contents, needed, rule);
  const records = contents.records.filter(({ artifacts }) => !artifacts.every((digest) => kept.has(digest)));
  const artifacts: StoredFile[] = [];
  const staying: StoredFile[] = [];
  for (const [digest, file] of contents.artifacts) (kept.has(digest) ? staying : artifacts).push(file);
  const removed = new Set([...records, ...artifacts].map(({ path }) => path));
  const locks = unusedLocks(store);
  // Files of processes that have exited, notes, receipts that no longer hold, and quarantined files.
  const others = [
    ...endedReceipts(store, removed).flatMap((path) => filesAt(store, path)),
    ...[...contents.quarantine, ...(live > 0 ? [] : scratchFiles(store))]
      .filter(({ modified }) => rule.days === undefined || isOlder(modified, rule.days)),
    ...filesIn(store, join(store.root, "checked")).filter(({ path }) =>
      removed.has(store.artifactPath(basename(path)))
    ),
    ...leases.ended.flatMap((path) => filesAt(store, path)),
    ...(live > 0 ? [] : filesIn(store, join(store.root, "temporary"))),
  ];
  return {
    records,
    artifacts,
    others,
    locks,
    bytes: totalSize([...artifacts, ...others, ...locks]),
    /** The artifacts that stay; `needed` are the bytes that runs in progress and results need. */
    kept: {
      artifacts: staying.length,
      bytes: totalSize(staying),
      needed: totalSize(staying.filter(({ path }) => needed.has(basename(path)))),
    },
    /** The number of runs in progress. */
    live,
  };
}

/** The digests of the artifacts that stay. A record costs the bytes that it adds to them; one that adds none stays. */
function keptArtifacts({ records, artifacts }: Contents, needed: Set<string>, rule: KeepRule): Set<string> {
  const sizeOf = (digests: Iterable<string>) =>
    totalSize([...digests].flatMap((digest) => artifacts.get(digest) ?? []));
  const kept = new Set(needed);
  let total = sizeOf(kept);
  for (const record of records.toSorted((a, b) => b.status.modified - a.status.modified)) {
    const added = record.artifacts.filter((digest) => !kept.has(digest));
    const size = sizeOf(added);
    if (!stays(record, total + size, rule)) continue;
    added.forEach((digest) => kept.add(digest));
    total += size;
  }
  return kept;
}

function stays({ status: { modified: used } }: StoredRecord, total: number, { days, size }: KeepRule): boolean {
  if (days === undefined && size === undefined) return false;
  return (days === undefined || !isOlder(used, days)) && (size === undefined || total <= size);
}

/** A time in the future, from before the clock was set back, is not old. */
function isOlder(time: number, days: number): boolean {
  return Date.now() - time > days * DAY;
}

/** Lock files are written when they are taken and released. The gate is skipped: the caller holds it. */
function unusedLocks(store: Store): StoredFile[] {
  return filesIn(store, join(store.root, "locks"))
    .filter(({ path, modified }) => basename(path) !== GATE && isOlder(modified, 1) && isFree(store.tree, path));
}

/** What stages keep between runs: partial downloads. */
function scratchFiles(store: Store): StoredFile[] {
  const stages = foldersIn(store, join(store.root, "scratch"));
  return stages.flatMap((stage) => foldersIn(store, stage)).flatMap((folder) => filesIn(store, folder));
}
