/**
 * Leases protect what runs in progress use from garbage collection. A run has a file, locked as long as its process
 * lives, and writes the digest of an artifact to it before it looks for the artifact. Runs share the gate, a lock,
 * while they write; garbage collection holds the gate exclusively and keeps the artifacts in leases. On a file system
 * without locks, runs do without both; garbage collection then cannot know of them.
 */
import { join } from "node:path";
import { tryLock, waitForLock, waitForLockSync } from "../files/file_lock.ts";
import { readAll, writeAll } from "../files/open_file.ts";
import type { Tree } from "../files/tree.ts";
import { type LockOwner, readOwner, writeOwner } from "./lock.ts";
import { isReadOnly } from "./store_failure.ts";

/** The name of the gate's lock file. */
export const GATE = "store.lock";
/** Waits for the gate that are shorter are not reported: runs hold it for microseconds. Milliseconds. */
const PATIENCE = 200;

/** How a run waits while the cache is cleaned up. */
export interface GateWait {
  /** Called once per wait, with the process that holds the gate, if known. */
  onWait(owner: LockOwner | null): void;
  /** Ends the wait. */
  signal: AbortSignal;
}

/** The lease of one run. */
export class Lease {
  readonly #pinned = new Set<string>();

  private constructor(
    readonly tree: Tree,
    readonly path: string,
    readonly gate: Deno.FsFile,
    readonly file: Deno.FsFile,
    readonly wait: GateWait,
  ) {}

  /**
   * Begins a lease in a cache; null if the cache is read-only: an artifact that another process removes is then missing.
   * @throws the signal's reason when it is aborted while waiting.
   */
  static async begin(tree: Tree, wait: GateWait): Promise<Lease | null> {
    const path = join(tree.root, "leases", crypto.randomUUID());
    let gate: Deno.FsFile | undefined;
    try {
      gate = openGate(tree);
      const isLocked = await waitForLock(gate, sharedWait(gate, wait), wait.signal);
      tree.makeFolder(join(tree.root, "leases"));
      const file = tree.create(path);
      tryLock(file);
      if (isLocked) gate.unlockSync();
      return new Lease(tree, path, gate, file, wait);
    } catch (error) {
      gate?.close();
      if (isReadOnly(error)) return null;
      throw error;
    }
  }

  /** Protects the artifact, if it exists, from now on. */
  pin(digest: string): void {
    if (this.#pinned.has(digest)) return;
    const isLocked = waitForLockSync(this.gate, sharedWait(this.gate, this.wait));
    try {
      // The line break comes first: a line cut off by a full disk does not spoil the next one.
      this.tree.explained(this.path, () => writeAll(this.file, new TextEncoder().encode(`\n${digest}`)));
    } finally {
      if (isLocked) this.gate.unlockSync();
    }
    this.#pinned.add(digest);
  }

  /** Ends the lease. */
  end(): void {
    this.file.close();
    this.gate.close();
    this.tree.remove(this.path);
  }
}

/**
 * Reads the leases: the number of runs in progress (null if that is unknown, because the file system has no locks), the
 * digests of the artifacts that they use, and what has ended or does not belong in the folder. To remove something by them,
 * call it within `withGateClosed`.
 */
export function readLeases(tree: Tree) {
  const leases = { digests: new Set<string>(), ended: [] as string[] };
  let live: number | null = 0;
  for (const path of tree.list(join(tree.root, "leases")).map((name) => join(tree.root, "leases", name))) {
    using file = tree.open(path);
    const isEnded = file === null || tryLock(file, false);
    if (isEnded) leases.ended.push(path);
    else if (isEnded === null) live = null;
    else {
      if (live !== null) live++;
      new TextDecoder().decode(readAll(file, Infinity)).split("\n").forEach((digest) => leases.digests.add(digest));
    }
  }
  return { ...leases, live };
}

/**
 * Does `work` while holding the gate exclusively, for the command `by`: no run can look up or store anything new. Without
 * locks, `isClosed` is false. `onWait` is called once if a run or another command holds the gate.
 */
export function withGateClosed<T>(
  tree: Tree,
  by: string,
  onWait: GateWait["onWait"],
  work: (isClosed: boolean) => T,
): T {
  using gate = openGate(tree);
  const wait = { exclusive: true, onWait: () => onWait(readOwner(gate)), patience: PATIENCE };
  const isClosed = waitForLockSync(gate, wait) === true;
  writeOwner(gate, by);
  try {
    return work(isClosed);
  } finally {
    writeOwner(gate, null);
  }
}

function sharedWait(gate: Deno.FsFile, { onWait }: GateWait) {
  return { exclusive: false, onWait: () => onWait(readOwner(gate)), patience: PATIENCE };
}

function openGate(tree: Tree): Deno.FsFile {
  tree.makeFolder(join(tree.root, "locks"));
  return tree.openOrCreate(join(tree.root, "locks", GATE));
}
