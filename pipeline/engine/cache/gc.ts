/**
 * Clears a cache: removes records that nobody needs, then the artifacts that no record names, in this order, so that a
 * process that is killed in between leaves artifacts without a record, and never the other way round.
 */
import { basename, join } from "node:path";
import { atTheGate, GATE, readLeases } from "../store/lease.ts";
import { isFree, removeFree } from "../store/lock.ts";
import { endedReceipts } from "../keys/receipt.ts";
import type { Store } from "../store/store.ts";
import { unlessStoreFails } from "../store/store_failure.ts";
import { type Contents, contentsOf, filesIn, type StoredFile, type StoredRecord, totalSize } from "./contents.ts";

/** What may stay although neither a live run nor a kept result needs it; nothing when no field is given. */
export interface KeepRule {
  /** Records used in so many days. */
  days?: number;
  /** The records used last, as long as all artifacts together have no more bytes. */
  size?: number;
}

/** What was cleared, or what would be. */
export interface Clearing {
  /** Records that go. */
  records: StoredRecord[];
  artifacts: StoredFile[];
  /** What processes that are no more have left, notes, receipts that do not hold any more, and what was set aside. */
  others: StoredFile[];
  /** Files of locks that nobody has held for a day. */
  locks: StoredFile[];
  /** Bytes of all that goes. */
  bytes: number;
  /** Of the artifacts that stay: their number and bytes, and what of it live runs and kept results need. */
  kept: { artifacts: number; bytes: number; needed: number };
  /** How many runs were going on. */
  live: number;
}

const DAY = 86_400_000;

/**
 * Clears a cache by a rule. `neededByResults` gives the digests of all artifacts that kept results were made from; it
 * is called when no new run can begin to use anything. With `dryRun` everything stays where it is.
 */
export function clear(store: Store, rule: KeepRule, neededByResults: () => Set<string>, dryRun = false): Clearing {
  if (dryRun || store.io.status(store.root) === null) return plan(store, rule, neededByResults);
  return atTheGate(store.root, () => {
    const clearing = plan(store, rule, neededByResults);
    for (const { path } of [...clearing.records, ...clearing.artifacts]) store.io.remove(path);
    // What nobody needs stays where it cannot be removed: a folder in the place of a note, say.
    for (const { path } of clearing.others) unlessStoreFails(() => store.io.remove(path));
    for (const { path } of clearing.locks) removeFree(path);
    return clearing;
  });
}

function plan(store: Store, rule: KeepRule, neededByResults: () => Set<string>): Clearing {
  // Leases first: a run whose lease has ended by now has its results in place.
  const leases = readLeases(store.root);
  const needed = leases.digests.union(neededByResults());
  const contents = contentsOf(store);
  const kept = keptArtifacts(contents, needed, rule);
  const isKept = ([digest]: [string, StoredFile]) => kept.has(digest);
  const records = contents.records.filter((record) => !everyOf(record, kept));
  const artifacts = [...contents.artifacts].filter((entry) => !isKept(entry)).map(([, file]) => file);
  const scratch = leases.live > 0 ? [] : scratchFiles(store);
  const going = new Set([...records, ...artifacts].map(({ path }) => path));
  const locks = locksUnused(store);
  const others = [
    ...endedReceipts(store, going).flatMap((path) => filesAt(store, path)),
    ...[...contents.quarantine, ...scratch].filter(({ modified }) =>
      rule.days === undefined || isOlder(modified, rule.days)
    ),
    ...artifacts.flatMap(({ path }) => filesAt(store, join(store.root, "checked", basename(path)))),
    ...leases.ended.flatMap((path) => filesAt(store, path)),
    ...(leases.live > 0 ? [] : filesIn(store, join(store.root, "temporary"))),
  ];
  const staying = [...contents.artifacts].filter(isKept);
  return {
    records,
    artifacts,
    others,
    locks,
    bytes: totalSize(artifacts) + totalSize(others) + totalSize(locks),
    kept: {
      artifacts: staying.length,
      bytes: totalSize(staying.map(([, file]) => file)),
      needed: totalSize(staying.filter(([digest]) => needed.has(digest)).map(([, file]) => file)),
    },
    live: leases.live,
  };
}

/**
 * The artifacts that stay, with their sizes. A record costs what its artifacts add to those that stay anyway; one that
 * adds nothing always stays.
 */
function keptArtifacts({ records, artifacts }: Contents, needed: Set<string>, rule: KeepRule): Map<string, number> {
  const sizeOf = (digest: string) => artifacts.get(digest)?.size ?? 0;
  const kept = new Map([...needed].map((digest) => [digest, sizeOf(digest)]));
  let total = totalSize([...kept].map(([, size]) => ({ size })));
  for (const record of [...records].sort((a, b) => b.used - a.used)) {
    const added = [...record.artifacts.keys()].filter((digest) => !kept.has(digest));
    const size = totalSize(added.map((digest) => ({ size: sizeOf(digest) })));
    if (!stays(record, total + size, rule)) continue;
    for (const digest of added) kept.set(digest, sizeOf(digest));
    total += size;
  }
  return kept;
}

function stays({ used }: StoredRecord, total: number, { days, size }: KeepRule): boolean {
  if (days === undefined && size === undefined) return false;
  return (days === undefined || !isOlder(used, days)) && (size === undefined || total <= size);
}

/** A time in the future, of a clock that was set back, is not old. */
function isOlder(time: number, days: number): boolean {
  return Date.now() - time > days * DAY;
}

function everyOf(record: StoredRecord, kept: ReadonlyMap<string, number>): boolean {
  return [...record.artifacts.keys()].every((digest) => kept.has(digest));
}

/** A lock's file is written to whenever it is taken and given back. The gate is held by who looks. */
function locksUnused(store: Store): StoredFile[] {
  return filesIn(store, join(store.root, "locks"))
    .filter(({ path, modified }) => basename(path) !== GATE && isOlder(modified, 1) && isFree(path));
}

/** What stages keep between runs: parts of downloads. */
function scratchFiles(store: Store): StoredFile[] {
  const root = join(store.root, "scratch");
  const folders = store.io.list(root).flatMap((stage) =>
    store.io.list(join(root, stage)).map((job) => join(root, stage, job))
  );
  return folders.flatMap((folder) => filesIn(store, folder));
}

function filesAt(store: Store, path: string): StoredFile[] {
  const status = store.io.status(path);
  return status === null ? [] : [{ path, size: status.size, modified: status.modified }];
}
