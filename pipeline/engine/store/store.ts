/**
 * The store: artifacts named by the SHA-256 of their bytes, and records that map keys to artifacts. Bytes are checked
 * whenever they are read, and a hit requires that all of its bytes match. Files are written under a temporary name,
 * synced and renamed, so they are complete or not there. Damaged files are moved to `quarantine/`.
 */
import { dirname, join } from "node:path";
import { forget, isRemembered, remember } from "./file_status.ts";
import { checkedPieces, readAllPieces } from "./checked_pieces.ts";
import { digestOfBytes, startDigest } from "./digest.ts";
import { ChecksumError, CorruptArtifactError } from "../run_errors.ts";
import type { Tree } from "../files/tree.ts";
import { KeptBytes } from "./kept_bytes.ts";
import { type GateWait, Lease } from "./lease.ts";
import { type Artifact, PIECE_BYTES, type ProducedFile } from "../stage/artifact.ts";
import { setAside } from "./quarantine.ts";
import { ifReadable, storeTree, unlessStoreFails } from "./store_failure.ts";
import { diskIo, type Pieces, type StoreFolder, type StoreIo } from "./store_io.ts";

/** The digest of an artifact, and its size in bytes. */
export interface Address {
  digest: string;
  size: number;
}

/** The longest text that is read: a record of 200,000 epochs. Beyond that, the records of the steps replace it. */
export const MAX_TEXT_BYTES = 1 << 26;
/** A temporary file of this age was left by a killed process. Milliseconds. */
const ABANDONED_AGE = 3_600_000;
/** The precision with which the last use of a file is noted. Milliseconds. */
const DAY = 86_400_000;

export class Store implements StoreFolder {
  /** The files of the cache folder; locks and leases use it directly, everything else `io`. */
  readonly tree: Tree;
  #swept = false;
  #lease: Lease | null = null;
  #opening: Promise<unknown> | null = null;
  readonly #kept: KeptBytes;
  /** The number of calls of `leased` that share the lease. */
  #leased = 0;

  /** `root` is the cache folder; the first run creates it. Up to `keepBytes` of what is read stay in memory. */
  constructor(readonly root: string, readonly io: StoreIo = diskIo(root), keepBytes = 0) {
    this.#kept = new KeptBytes(keepBytes);
    this.tree = storeTree(root);
  }

  /**
   * A private folder for a stage's work on the key `name`, used by one process at a time. It keeps what earlier runs left
   * there, except links and pipes: stages write to files of any name.
   */
  scratch(stage: string, name: string): string {
    const folder = this.#folder("scratch", stage, name);
    this.tree.keepPlain(folder);
    return folder;
  }

  /** The path of the lock file of `name`. */
  lockPath(name: string): string {
    return join(this.#folder("locks"), `${name}.lock`);
  }

  /** The path of an artifact, whether it is stored or not. */
  artifactPath(digest: string): string {
    return join(this.root, "artifacts", digest.slice(0, 2), digest);
  }

  /**
   * Does `work`; until it is done, no process removes what it looks up or stores. Concurrent calls share a lease.
   * @throws the signal's reason when it is aborted while garbage collection is waited for.
   */
  async leased<T>(
    work: () => Promise<T>,
    { onWait = () => {}, signal = new AbortController().signal }: Partial<GateWait> = {},
  ): Promise<T> {
    this.#leased++;
    try {
      this.#opening ??= Lease.begin(this.tree, { onWait, signal }).then((lease) => this.#lease = lease);
      await this.#opening;
      return await work();
    } finally {
      if (--this.#leased === 0) {
        this.#lease?.end();
        this.#lease = this.#opening = null;
      }
    }
  }

  /** Stores what a stage produced, unless it is stored intact. @throws ChecksumError if a file has another digest. */
  put(produced: Uint8Array<ArrayBuffer> | ProducedFile | Artifact): Address {
    if (produced instanceof Uint8Array) return this.#putBytes(produced);
    if ("path" in produced) return this.#putFile(produced);
    return { digest: produced.digest, size: produced.size };
  }

  /** Stores bytes like `put`, but digests each piece while another thread writes it. */
  async putPieces(pieces: Pieces): Promise<Address> {
    const [digest, temporary] = [startDigest(), this.#temporary()];
    let address = { digest: "", size: 0 };
    const onPiece = (piece: Uint8Array) => {
      digest.update(piece);
      address.size += piece.length;
    };
    const isNew = () => !this.holds(address = { ...address, digest: digest.digest("hex") });
    if (await this.io.writeWhile(temporary, pieces, onPiece, isNew)) this.#install(temporary, address.digest);
    return address;
  }

  /** The artifact at an address. Its bytes are checked when they are read. */
  artifact(address: Address): Artifact {
    const bytes = () => {
      // Memory is allocated for bytes that exist, not for as many as a record claims.
      const stored = this.io.status(this.artifactPath(address.digest))?.size ?? -1;
      if (stored < address.size) throw this.#corrupt(address);
      const target = new Uint8Array(address.size);
      this.#readChecked(address, target);
      return target;
    };
    const readInto = (target: Uint8Array<ArrayBuffer>) => this.#readChecked(address, target);
    return { ...address, bytes, readInto, pieces: (memory) => this.#pieces(address, memory) };
  }

  /** Keeps garbage collection from removing an artifact while the lease lasts. */
  pin({ digest }: Address): void {
    this.#lease?.pin(digest);
  }

  /** True if the bytes at this address are stored and match. Other bytes are left in place, to be replaced. */
  holds(address: Address): boolean {
    this.pin(address);
    const status = this.io.status(this.artifactPath(address.digest));
    if (status?.size !== address.size) return false;
    if (isRemembered(this, address, status)) return true;
    const memory = new Uint8Array(Math.min(PIECE_BYTES, address.size));
    if (!readAllPieces(this.#checked(address, memory))) return false;
    remember(this, address, status);
    return true;
  }

  /** Quarantines a damaged artifact, so it is recomputed. */
  discard(digest: string): void {
    this.setAside(this.artifactPath(digest), digest);
    forget(this, digest);
  }

  /** Moves a damaged file, or what is in the place of one, to `quarantine/`. */
  setAside(path: string, expected: string): void {
    setAside(this, path, expected);
  }

  /** Writes a text file durably: complete or not at all, even after a power failure. */
  writeText(path: string, text: string): void {
    const temporary = this.#temporary();
    this.io.writeDurably(temporary, new TextEncoder().encode(text));
    this.io.makeFolder(dirname(path));
    this.io.rename(temporary, path);
  }

  /** The text of a file; null if it is missing, unreadable or too long. With `isUse`, its times record the use, to the day. */
  readText(path: string, isUse = false): string | null {
    const status = this.io.status(path);
    if (status === null || status.size > MAX_TEXT_BYTES) return null;
    if (isUse && Math.abs(Date.now() - status.modified) > DAY) ifReadable(() => this.io.touch(path));
    const bytes = new Uint8Array(status.size);
    const count = ifReadable(() => this.io.readInto(path, bytes));
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

  #putFile({ path, digest: expected, move }: ProducedFile): Address {
    const address = { digest: expected, size: this.io.status(path)?.size ?? 0 };
    if (this.holds(address)) return address;
    const temporary = this.#temporary();
    const digest = startDigest();
    this.io.copyDurably(path, temporary, (chunk) => digest.update(chunk));
    const found = digest.digest("hex");
    if (found !== expected) {
      this.io.remove(temporary);
      throw new ChecksumError(
        `${path} must have the SHA-256 ${expected}, but has ${found}.`,
        "Download it again, or correct the SHA-256 in the experiment.",
        expected,
      );
    }
    this.#install(temporary, expected);
    if (move && this.tree.contains(path)) this.io.remove(path);
    return address;
  }

  #install(temporary: string, digest: string): void {
    this.discard(digest);
    this.#folder("artifacts", digest.slice(0, 2));
    this.io.rename(temporary, this.artifactPath(digest));
  }

  #readChecked(address: Address, target: Uint8Array<ArrayBuffer>): void {
    if (target.length !== address.size) {
      throw new TypeError(`Artifact ${address.digest} has ${address.size} bytes, but the target has ${target.length}.`);
    }
    if (this.#kept.copyTo(target, address.digest)) return;
    if (!readAllPieces(this.#checked(address, target))) throw this.#corrupt(address);
    this.#kept.keep(target, address.digest);
  }

  *#pieces(address: Address, memory?: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>> {
    if (!(yield* this.#checked(address, memory))) throw this.#corrupt(address);
  }

  #checked(address: Address, memory?: Uint8Array<ArrayBuffer>) {
    return checkedPieces(this.io, this.artifactPath(address.digest), address, memory);
  }

  #corrupt({ digest }: Address): CorruptArtifactError {
    const found = this.io.status(this.artifactPath(digest)) === null ? "missing" : "damaged";
    this.discard(digest);
    return new CorruptArtifactError(`The stored bytes of artifact ${digest} are ${found}.`);
  }

  #folder(...names: string[]): string {
    const folder = join(this.root, ...names);
    this.io.makeFolder(folder);
    return folder;
  }

  /** A path for a new temporary file. The first call removes abandoned ones. */
  #temporary(): string {
    const folder = join(this.root, "temporary");
    if (!this.#swept) {
      this.#folder("temporary");
      for (const path of this.io.list(folder).map((name) => join(folder, name))) {
        const status = this.io.status(path);
        // Something else, a folder for example, may not be removable.
        if (status !== null && Date.now() - status.modified > ABANDONED_AGE) {
          unlessStoreFails(() => this.io.remove(path));
        }
      }
      this.#swept = true;
    }
    return join(folder, crypto.randomUUID());
  }
}
