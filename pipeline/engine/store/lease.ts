/**
 * Leases protect what runs in progress use from garbage collection. A run has a file, locked as long as its process
 * lives, and writes the digest of an artifact to it before it looks for the artifact. Runs share the gate, a lock,
 * while they write; garbage collection holds the gate exclusively and keeps the artifacts in leases.
 */
import { join } from "node:path";
import { explained, isReadOnly } from "./store_failure.ts";
import { diskIo } from "./store_io.ts";

/** The name of the gate's lock file. */
export const GATE = "store.lock";

/** The lease of one run. */
export class Lease {
  readonly #gate: Deno.FsFile;
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #pinned = new Set<string>();

  /** Begins a lease in the cache folder `root`. */
  constructor(root: string) {
    this.#path = join(root, "leases", crypto.randomUUID());
    this.#gate = openGate(root);
    try {
      this.#file = this.#sharingGate(() => {
        Deno.mkdirSync(join(root, "leases"), { recursive: true });
        const file = Deno.openSync(this.#path, { createNew: true, write: true });
        file.lockSync(true);
        return file;
      });
    } catch (error) {
      this.#gate.close();
      throw error;
    }
  }

  /** Protects the artifact, if it exists, from now on. */
  pin(digest: string): void {
    if (this.#pinned.has(digest)) return;
    // The line break comes first: a line cut off by a full disk does not spoil the next one.
    this.#sharingGate(() => this.#file.writeSync(new TextEncoder().encode(`\n${digest}`)));
    this.#pinned.add(digest);
  }

  #sharingGate<T>(work: () => T): T {
    this.#gate.lockSync(false);
    try {
      return explained(this.#path, work);
    } finally {
      this.#gate.unlockSync();
    }
  }

  /** Ends the lease. */
  end(): void {
    this.#file.close();
    this.#gate.close();
    diskIo.remove(this.#path);
  }
}

/** Begins a lease. Returns null if the cache is read-only: an artifact that another process removes is then missing. */
export function openLease(root: string): Lease | null {
  try {
    return new Lease(root);
  } catch (error) {
    if (isReadOnly(error)) return null;
    throw error;
  }
}

/**
 * Reads the leases: the number of runs in progress, the digests of the artifacts that they use, and the files of leases
 * that have ended. To remove something by them, call it within `withGateClosed`.
 */
export function readLeases(root: string): { live: number; digests: Set<string>; ended: string[] } {
  const leases = { live: 0, digests: new Set<string>(), ended: [] as string[] };
  for (const name of diskIo.list(join(root, "leases"))) {
    const path = join(root, "leases", name);
    if (diskIo.status(path) === null) continue;
    using file = explained(path, () => Deno.openSync(path));
    if (file.tryLockSync(false)) {
      leases.ended.push(path);
    } else {
      leases.live++;
      Deno.readTextFileSync(path).split("\n").forEach((digest) => leases.digests.add(digest));
    }
  }
  return leases;
}

/** Does `work` while holding the gate exclusively: no run can look up or store anything new. */
export function withGateClosed<T>(root: string, work: () => T): T {
  using gate = openGate(root);
  gate.lockSync(true);
  return work();
}

function openGate(root: string): Deno.FsFile {
  const path = join(root, "locks", GATE);
  return explained(path, () => {
    Deno.mkdirSync(join(root, "locks"), { recursive: true });
    return Deno.openSync(path, { create: true, write: true });
  });
}
