/** The file system calls of the store, behind one interface. Tests replace it to inject faults. */
import { dirname, join, relative, sep } from "node:path";
import { startDigest } from "./digest.ts";
import { makeDurableFolder, syncFolder, writeAll, writeNewFile, writeNewFileWhile } from "./durable.ts";
import { StoreError } from "../run_errors.ts";
import { asStoreError, explained, orNull, whereAllowed } from "./store_failure.ts";

/** What the file system records about a file. Times are in milliseconds since 1970. */
export interface FileStatus {
  size: number;
  inode: number | null;
  modified: number;
  /** When the inode last changed; null if the system does not record it. */
  changed: number | null;
}

/** The file system calls of the store. For a path that does not exist they return null instead of throwing. */
export interface StoreIo {
  status(path: string): FileStatus | null;
  /** Fills `target` from the start of the file and returns the number of bytes read. */
  readInto(path: string, target: Uint8Array<ArrayBuffer>): number | null;
  /** Writes a new file and returns when its bytes are on disk. */
  writeDurably(path: string, bytes: Uint8Array): void;
  /** Writes a new file on another thread while `isWanted` runs on this one; keeps it, on disk, only if that is true. */
  writeWhile(path: string, bytes: Uint8Array<ArrayBuffer>, isWanted: () => boolean): Promise<boolean>;
  /** Copies a file to a new one, calls `onChunk` for every chunk, and returns when the bytes are on disk. */
  copyDurably(from: string, to: string, onChunk: (chunk: Uint8Array) => void): void;
  /** Renames within the store and makes the new name durable. */
  rename(from: string, to: string): void;
  /** Moves a damaged file; returns false if it does not exist. */
  setAside(from: string, to: string): boolean;
  /** The SHA-256 of a file of any size, read in chunks. */
  digest(path: string): string | null;
  remove(path: string): void;
  /** Makes a folder and its parents durably. @throws StoreError if a folder from `root` (if given) to it is a link. */
  makeFolder(path: string, root?: string): void;
  /** The sorted names in a folder; empty if it does not exist. */
  list(path: string): string[];
  /** Writes a note, and its folder: not durably, and not at all if the store is read-only. */
  note(path: string, text: string): void;
  /** Sets a file's times to now, unless the store is read-only. */
  touch(path: string): void;
}

/** A cache folder, and the calls that reach it. */
export interface StoreFolder {
  readonly io: StoreIo;
  readonly root: string;
}

const CHUNK_BYTES = 1 << 22;

/** The real file system. */
export const diskIo: StoreIo = {
  status(path) {
    const info = orNull(path, () => Deno.statSync(path));
    if (info === null) return null;
    const { size, ino, mtime, ctime } = info;
    return { size, inode: ino, modified: mtime?.getTime() ?? 0, changed: ctime?.getTime() ?? null };
  },
  readInto(path, target) {
    return orNull(path, () => {
      using file = openPlainFile(path);
      return file && fill(file, target);
    });
  },
  writeDurably(path, bytes) {
    explained(path, () => writeNewFile(path, (file) => writeAll(file, bytes)));
  },
  async writeWhile(path, bytes, isWanted) {
    try {
      return await writeNewFileWhile(path, bytes, isWanted);
    } catch (error) {
      throw asStoreError(path, error);
    }
  },
  copyDurably(from, to, onChunk) {
    explained(to, () => {
      writeNewFile(to, (target) => {
        using source = Deno.openSync(from);
        forEachChunk(source, (chunk) => {
          onChunk(chunk);
          writeAll(target, chunk);
        });
      });
    });
  },
  rename(from, to) {
    explained(to, () => {
      Deno.renameSync(from, to);
      syncFolder(dirname(to));
    });
  },
  setAside(from, to) {
    return orNull(from, () => (Deno.renameSync(from, to), true)) ?? false;
  },
  digest(path) {
    return orNull(path, () => {
      using file = openPlainFile(path);
      if (file === null) return null;
      const digest = startDigest();
      forEachChunk(file, (chunk) => digest.update(chunk));
      return digest.digest("hex");
    });
  },
  remove(path) {
    orNull(path, () => Deno.removeSync(path));
  },
  makeFolder(path, root) {
    if (root !== undefined) checkNoLinks(root, path);
    explained(path, () => makeDurableFolder(path));
  },
  list(path) {
    return orNull(path, () => Array.from(Deno.readDirSync(path), ({ name }) => name).sort()) ?? [];
  },
  note(path, text) {
    whereAllowed(path, () => {
      Deno.mkdirSync(dirname(path), { recursive: true });
      // Never write through a link: the old file is removed first.
      this.remove(path);
      Deno.writeTextFileSync(path, text, { createNew: true });
    });
  },
  touch(path) {
    whereAllowed(path, () => Deno.utimeSync(path, new Date(), new Date()));
  },
};

/** The same file system, unchanged: notes, folders and removals have no effect. @throws TypeError when storing. */
export function readingOnly(io: StoreIo): StoreIo {
  const reject = () => {
    throw new TypeError("This store is read-only.");
  };
  return {
    status: (path) => io.status(path),
    readInto: (path, target) => io.readInto(path, target),
    digest: (path) => io.digest(path),
    list: (path) => io.list(path),
    setAside: () => false,
    touch: () => {},
    remove: () => {},
    makeFolder: () => {},
    note: () => {},
    writeDurably: reject,
    writeWhile: reject,
    copyDurably: reject,
    rename: reject,
  };
}

/** Opens a file for reading; null if it is not a plain file. Reading a pipe would block forever. */
function openPlainFile(path: string): Deno.FsFile | null {
  return Deno.statSync(path).isFile ? Deno.openSync(path) : null;
}

function forEachChunk(file: Deno.FsFile, work: (chunk: Uint8Array) => void): void {
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let count = file.readSync(chunk); count !== null; count = file.readSync(chunk)) {
    work(chunk.subarray(0, count));
  }
}

function fill(file: Deno.FsFile, target: Uint8Array<ArrayBuffer>): number {
  let filled = 0;
  while (filled < target.length) {
    const count = file.readSync(target.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return filled;
}

/** Retrace makes no links in a store: one that was put there would redirect writes. */
function checkNoLinks(root: string, path: string): void {
  let folder = root;
  for (const name of relative(root, path).split(sep)) {
    folder = join(folder, name);
    if (orNull(folder, () => Deno.lstatSync(folder))?.isSymlink) {
      throw new StoreError(`The folder ${folder} is a link. Remove it, or choose another cache with --cache DIR.`);
    }
  }
}
