import type { FileStatus } from "../../../pipeline/engine/files/entry.ts";
import { diskIo, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";

/**
 * The real file system, ten seconds later: every file seems to have changed long ago, so the check of a large file is
 * remembered at once. Records the paths of the files that are read.
 */
export class AgedIo implements StoreIo {
  readonly reads: string[] = [];
  readonly notes: string[] = [];
  #frozen = new Map<string, FileStatus>();

  constructor(root: string, readonly disk: StoreIo = diskIo(root)) {}

  /** Freezes the status of `path`, whatever happens to its bytes: simulates bit rot. */
  freeze(path: string): void {
    this.#frozen.set(path, this.status(path)!);
  }

  status(path: string): FileStatus | null {
    const status = this.disk.status(path);
    const frozen = this.#frozen.get(path);
    if (status === null || frozen !== undefined) return status && frozen!;
    // Files that are written now show the time.
    if (path.includes("/checked/")) return status;
    return { ...status, changed: status.changed! - 10_000 };
  }

  readInto(path: string, ...how: [target: Uint8Array<ArrayBuffer>, start?: number]): number | null {
    this.reads.push(path);
    return this.disk.readInto(path, ...how);
  }

  note(path: string, text: string): void {
    if (text !== "") this.notes.push(path);
    this.disk.note(path, text);
  }

  writeDurably: StoreIo["writeDurably"] = (...args) => this.disk.writeDurably(...args);
  writeWhile: StoreIo["writeWhile"] = (...args) => this.disk.writeWhile(...args);
  copyDurably: StoreIo["copyDurably"] = (...args) => this.disk.copyDurably(...args);
  rename: StoreIo["rename"] = (...args) => this.disk.rename(...args);
  digest: StoreIo["digest"] = (...args) => this.disk.digest(...args);
  touch: StoreIo["touch"] = (...args) => this.disk.touch(...args);
  setAside(from: string, to: string): boolean {
    this.#frozen.delete(from);
    return this.disk.setAside(from, to);
  }
  remove(path: string): void {
    this.#frozen.delete(path);
    this.disk.remove(path);
  }
  makeFolder: StoreIo["makeFolder"] = (...args) => this.disk.makeFolder(...args);
  list: StoreIo["list"] = (...args) => this.disk.list(...args);
}
