/**
 * The store: artifacts named by the SHA-256 of their bytes, and records that say which artifacts a key stands for.
 *
 * Nothing in it is trusted because it is there. Bytes are checked whenever they are read, and a hit is a hit only when
 * all of its bytes are right. Everything is written to a temporary file, synced, and renamed into place, so that a
 * killed process leaves either the whole or nothing. What turns out to be damaged is set aside in `quarantine/`.
 */
import { join } from "node:path";
import { forget, isRemembered, remember } from "./remembered_checks.ts";
import { digestOfBytes, startDigest } from "./digest.ts";
import { ChecksumError, CorruptArtifactError } from "../run_errors.ts";
import { type Lease, openLease } from "./lease.ts";
import { setAside } from "./quarantine.ts";
import type { Artifact, Produced, ProducedFile } from "../stage/stage.ts";
import { diskIo, type StoreIo } from "./store_io.ts";

/** Names the bytes of an artifact. */
export interface Address {
  digest: string;
  /** In bytes. */
  size: number;
}

/**
 * The longest text that is read, a record of 200,000 epochs. A longer file of that name is not the store's; where a record
 * grows beyond it, the records of its steps do its work.
 */
export const MOST_TEXT_BYTES = 1 << 26;
/** A temporary file this old was left by a process that was killed. Milliseconds. */
const ABANDONED_AGE = 3_600_000;
/** When something was last used is noted to the day. Milliseconds. */
const DAY = 86_400_000;

export class Store {
  #swept = false;
  #lease: Lease | null = null;
  /** How many pieces of work share the lease. */
  #leased = 0;

  /** `root` is the cache folder; it is made when the first run begins. */
  constructor(readonly root: string, readonly io: StoreIo = diskIo) {}

  /** The folder that belongs to a stage's work on `name`, of which there is never more than one at a time. */
  scratch(stage: string, name: string): string {
    const folder = join(this.root, "scratch", stage, name);
    this.io.makeFolder(folder, this.root);
    return folder;
  }

  /** Where the lock of `name` lives. */
  lockPath(name: string): string {
    const folder = join(this.root, "locks");
    this.io.makeFolder(folder, this.root);
    return join(folder, `${name}.lock`);
  }

  /** Where the bytes of an artifact are, or would be. */
  artifactPath(digest: string): string {
    return join(this.root, "artifacts", digest.slice(0, 2), digest);
  }

  /**
   * Does `work`; what it looks up and stores is not removed by others until it is done. One lease serves all that goes
   * on at a time.
   */
  async leased<T>(work: () => Promise<T>): Promise<T> {
    if (this.#leased === 0) this.#lease = openLease(this.root);
    this.#leased++;
    try {
      return await work();
    } finally {
      if (--this.#leased === 0) {
        this.#lease?.end();
        this.#lease = null;
      }
    }
  }

  /**
   * Stores what a stage produced. Bytes that are already stored, and are right, are not written again.
   * @throws ChecksumError when a file has other bytes than it claims.
   */
  put(produced: Produced): Address {
    if (produced instanceof Uint8Array) return this.#putBytes(produced);
    if ("path" in produced) return this.#putFile(produced);
    return { digest: produced.digest, size: produced.size };
  }

  /**
   * Stores bytes as `put` does, and digests them while another thread writes them: of many, that takes as long as the
   * writing. The bytes must not change meanwhile.
   */
  async putLarge(bytes: Uint8Array<ArrayBuffer>): Promise<Address> {
    let digest = "";
    const temporary = this.#temporary();
    const isNew = () => {
      digest = digestOfBytes(bytes);
      return !this.holds({ digest, size: bytes.length });
    };
    if (await this.io.writeWhile(temporary, bytes, isNew)) this.#install(temporary, digest);
    return { digest, size: bytes.length };
  }

  /** The artifact at an address. Its bytes are checked when they are read. */
  artifact(address: Address): Artifact {
    return {
      ...address,
      bytes: () => {
        this.#mustHaveSize(address);
        const target = new Uint8Array(address.size);
        this.#readChecked(address, target);
        return target;
      },
      readInto: (target) => this.#readChecked(address, target),
    };
  }

  /** True when the bytes at this address are there and are the right ones. Wrong ones are left to be replaced. */
  holds(address: Address): boolean {
    this.#lease?.pin(address.digest);
    const status = this.io.status(this.artifactPath(address.digest));
    if (status === null) return false;
    if (status.size !== address.size) return false;
    if (isRemembered(this, address, status)) return true;
    if (!this.#hashesRight(address)) return false;
    remember(this, address, status);
    return true;
  }

  /** Takes away an artifact whose bytes are wrong, so that it is made anew. */
  discard(digest: string): void {
    setAside(this, this.artifactPath(digest), digest);
    forget(this, digest);
  }

  /** Writes a text file so that it is there whole or not at all, also after a power cut. */
  writeText(path: string, folder: string, text: string): void {
    const temporary = this.#temporary();
    this.io.writeDurably(temporary, new TextEncoder().encode(text));
    this.io.makeFolder(folder, this.root);
    this.io.rename(temporary, path);
  }

  /**
   * The text of a file, or null when it is not there, or longer than any that the store writes. With `isUse` its times
   * say, to the day, when it was last used.
   */
  readText(path: string, isUse = false): string | null {
    const status = this.io.status(path);
    if (status === null || status.size > MOST_TEXT_BYTES) return null;
    if (isUse && Math.abs(Date.now() - status.modified) > DAY) this.io.touch(path);
    const bytes = new Uint8Array(status.size);
    const count = this.io.readInto(path, bytes);
    return count === null ? null : new TextDecoder().decode(bytes.subarray(0, count));
  }

  #putBytes(bytes: Uint8Array<ArrayBuffer>): Address {
    const address = { digest: digestOfBytes(bytes), size: bytes.length };
    if (this.holds(address)) return address;
    const temporary = this.#temporary();
    this.io.writeDurably(temporary, bytes);
    this.#install(temporary, address.digest);
    return address;
  }

  #putFile(produced: ProducedFile): Address {
    const size = this.io.status(produced.path)?.size ?? 0;
    const address = { digest: produced.digest, size };
    if (this.holds(address)) return address;
    const temporary = this.#temporary();
    const digest = startDigest();
    this.io.copyDurably(produced.path, temporary, (chunk) => digest.update(chunk));
    const found = digest.digest("hex");
    if (found !== produced.digest) {
      this.io.remove(temporary);
      throw new ChecksumError(
        `${produced.path} has the SHA-256 ${found}, but ${produced.digest} was expected. ` +
          "The file is not the one the experiment names: fetch it again, or correct the SHA-256 in the experiment.",
      );
    }
    this.#install(temporary, address.digest);
    if (produced.move) this.io.remove(produced.path);
    return address;
  }

  #install(temporary: string, digest: string): void {
    this.discard(digest);
    this.io.makeFolder(join(this.root, "artifacts", digest.slice(0, 2)), this.root);
    this.io.rename(temporary, this.artifactPath(digest));
  }

  #readChecked(address: Address, target: Uint8Array<ArrayBuffer>): void {
    if (target.length !== address.size) {
      throw new TypeError(`Artifact ${address.digest} has ${address.size} bytes; the target has ${target.length}.`);
    }
    const count = this.io.readInto(this.artifactPath(address.digest), target);
    if (count === address.size && digestOfBytes(target) === address.digest) return;
    throw this.#damaged(address, count === null);
  }

  /** Memory is taken for bytes that are there, not for as many as a record names. */
  #mustHaveSize(address: Address): void {
    const size = this.io.status(this.artifactPath(address.digest))?.size ?? null;
    if (size === null || size < address.size) throw this.#damaged(address, size === null);
  }

  #damaged({ digest }: Address, gone: boolean): CorruptArtifactError {
    this.discard(digest);
    const what = gone ? "gone" : "not those that were recorded";
    return new CorruptArtifactError(digest, `The stored bytes of artifact ${digest} are ${what}.`);
  }

  #hashesRight(address: Address): boolean {
    const bytes = new Uint8Array(address.size);
    const count = this.io.readInto(this.artifactPath(address.digest), bytes);
    return count === address.size && digestOfBytes(bytes) === address.digest;
  }

  #sweep(folder: string): void {
    for (const name of this.io.list(folder)) {
      const status = this.io.status(join(folder, name));
      if (status !== null && Date.now() - status.modified > ABANDONED_AGE) this.io.remove(join(folder, name));
    }
  }

  #temporary(): string {
    const folder = join(this.root, "temporary");
    if (!this.#swept) {
      this.io.makeFolder(folder, this.root);
      this.#sweep(folder);
      this.#swept = true;
    }
    return join(folder, crypto.randomUUID());
  }
}
