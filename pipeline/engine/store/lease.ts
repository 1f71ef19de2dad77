/**
 * Leases: what live runs use, so that nobody clears it away. A run keeps a file, locked as long as its process lives,
 * with the digest of every artifact that it has looked up or stored. Digests are written down with the gate held
 * together with other runs; whoever removes artifacts holds the gate alone and spares what stands in leases. So what a
 * run finds after it wrote the digest down stays until the run is over.
 */
import { join } from "node:path";
import { explained, mayNotWrite } from "./store_failure.ts";
import { diskIo } from "./store_io.ts";

/** The file of the gate, among those of locks. */
export const GATE = "store.lock";

/** The lease of one run. */
export class Lease {
  readonly #gate: Deno.FsFile;
  readonly #file: Deno.FsFile;
  readonly #path: string;
  readonly #pinned = new Set<string>();

  /** Begins a lease in the cache folder `root`. */
  constructor(root: string) {
    this.#gate = openGate(root);
    const folder = join(root, "leases");
    this.#path = join(folder, crypto.randomUUID());
    this.#gate.lockSync(false);
    try {
      this.#file = explained(this.#path, () => {
        Deno.mkdirSync(folder, { recursive: true });
        return Deno.openSync(this.#path, { createNew: true, write: true });
      });
      this.#file.lockSync(true);
    } catch (error) {
      this.#gate.close();
      throw error;
    }
    this.#gate.unlockSync();
  }

  /** From now on the artifact, if it is there, is not removed. */
  pin(digest: string): void {
    if (this.#pinned.has(digest)) return;
    this.#gate.lockSync(false);
    try {
      // The line break comes first: a line that a full disk cut off does not spoil the next one.
      explained(this.#path, () => this.#file.writeSync(new TextEncoder().encode(`\n${digest}`)));
    } finally {
      this.#gate.unlockSync();
    }
    this.#pinned.add(digest);
  }

  /** Ends the lease. */
  end(): void {
    this.#file.close();
    this.#gate.close();
    diskIo.remove(this.#path);
  }
}

/**
 * Begins a lease; null in a cache that this process may not write, where there is nothing to hold on by: what others
 * remove is missed then, and never mistaken.
 */
export function openLease(root: string): Lease | null {
  try {
    return new Lease(root);
  } catch (error) {
    if (mayNotWrite(error)) return null;
    throw error;
  }
}

/** What stands in the leases of a cache folder. */
export interface Leases {
  /** How many runs are live. */
  live: number;
  /** The digests of all that they use. */
  digests: Set<string>;
  /** Files of leases that have ended. */
  ended: string[];
}

/** Reads the leases. Who is going to remove something must hold the gate: `atTheGate`. */
export function readLeases(root: string): Leases {
  const leases: Leases = { live: 0, digests: new Set(), ended: [] };
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

/** Does `work` while no run can look up or store anything new. */
export function atTheGate<T>(root: string, work: () => T): T {
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
