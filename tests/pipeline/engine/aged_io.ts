import { diskIo, type FileStatus, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";

/**
 * The real file system, ten seconds later: every file seems to have changed long ago, so the check of a large file is
 * remembered at once. Records the paths of the files that are read.
 */
export class AgedIo implements StoreIo {
  readonly reads: string[] = [];
  readonly notes: string[] = [];
  #frozen = new Map<string, FileStatus>();

  /** Freezes the status of `path`, whatever happens to its bytes: simulates bit rot. */
  freeze(path: string): void {
    this.#frozen.set(path, this.status(path)!);
  }

  status(path: string): FileStatus | null {
    const status = diskIo.status(path);
    const frozen = this.#frozen.get(path);
    if (status === null || frozen !== undefined) return status && frozen!;
    // Files that are written now show the time.
    if (path.includes("/checked/")) return status;
    return { ...status, changed: status.changed! - 10_000 };
  }

  readInto(path: string, target: Uint8Array<ArrayBuffer>): number | null {
    this.reads.push(path);
    return diskIo.readInto(path, target);
  }

  note(path: string, text: string): void {
    if (text !== "") this.notes.push(path);
    diskIo.note(path, text);
  }

  writeDurably = diskIo.writeDurably;
  writeWhile = diskIo.writeWhile;
  copyDurably = diskIo.copyDurably;
  rename = diskIo.rename;
  digest = diskIo.digest;
  touch = diskIo.touch;
  setAside(from: string, to: string): boolean {
    this.#frozen.delete(from);
    return diskIo.setAside(from, to);
  }
  remove(path: string): void {
    this.#frozen.delete(path);
    diskIo.remove(path);
  }
  makeFolder = diskIo.makeFolder;
  list = diskIo.list;
}
