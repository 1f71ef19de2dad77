/**
 * Every call that the store makes to the file system, behind one interface, so that a test can put a double in its
 * place that fails, tears or kills at the N-th call.
 */
import { dirname, join, relative, sep } from "node:path";
import { startDigest } from "./digest.ts";
import { makeDurableFolder, syncFolder, writeAll, writeNewFile, writeNewFileWhile } from "./durable.ts";
import { StoreError } from "../run_errors.ts";
import { asStoreError, explained, orNull, whereAllowed } from "./store_failure.ts";

/** What the file system says of a file without reading it. */
export interface FileStatus {
  size: number;
  inode: number | null;
  /** Times in milliseconds since 1970. */
  modified: number;
  /** When the inode last changed; null where the system does not say. */
  changed: number | null;
}

/** The store's file system calls. Paths that are not there give null, not an error. */
export interface StoreIo {
  status(path: string): FileStatus | null;
  /** Reads the file into `target` and gives the number of bytes read; reads no further than the target is long. */
  readInto(path: string, target: Uint8Array<ArrayBuffer>): number | null;
  /** Writes a new file and returns when its bytes are on the disk. */
  writeDurably(path: string, bytes: Uint8Array): void;
  /**
   * Writes a new file on another thread while `isWanted` works on this one. If that is true, it is on the disk in the end;
   * if not, it is gone again.
   */
  writeWhile(path: string, bytes: Uint8Array<ArrayBuffer>, isWanted: () => boolean): Promise<boolean>;
  /** Copies a file chunk by chunk to a new one, showing each chunk; returns when the bytes are on the disk. */
  copyDurably(from: string, to: string, onChunk: (chunk: Uint8Array) => void): void;
  /** Renames within the store and makes the new name durable. */
  rename(from: string, to: string): void;
  /** Moves a damaged file out of the way; false when it is gone. */
  setAside(from: string, to: string): boolean;
  /** The SHA-256 of a file, read piece by piece: a damaged file may be of any size. */
  digest(path: string): string | null;
  remove(path: string): void;
  /**
   * Makes a folder and those around it, all of them durable. `root`, when given: @throws StoreError when a link leads
   * from there to the folder, perhaps out of the store.
   */
  makeFolder(path: string, root?: string): void;
  /** The names in a folder, sorted; an empty list when there is no folder. */
  list(path: string): string[];
  /** Writes a file, and its folder, that is only a note: not durable, and left out where nothing may be written. */
  note(path: string, text: string): void;
  /** Sets a file's times to now, where that is allowed. */
  touch(path: string): void;
}

const CHUNK_BYTES = 1 << 22;

/** A pipe in a file's place would keep its reader waiting for ever: only plain files are opened. */
function openPlainFile(path: string): Deno.FsFile | null {
  return Deno.statSync(path).isFile ? Deno.openSync(path) : null;
}

/** The real file system. */
export const diskIo: StoreIo = {
  status(path) {
    const info = orNull(path, () => Deno.statSync(path));
    if (info === null) return null;
    return {
      size: info.size,
      inode: info.ino,
      modified: info.mtime?.getTime() ?? 0,
      changed: info.ctime?.getTime() ?? null,
    };
  },
  readInto(path, target) {
    const file = orNull(path, () => openPlainFile(path));
    if (file === null) return null;
    using open = file;
    return explained(path, () => fill(open, target));
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
        forEachChunk(from, (chunk) => {
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
      if (!Deno.statSync(path).isFile) return null;
      const digest = startDigest();
      forEachChunk(path, (chunk) => digest.update(chunk));
      return digest.digest("hex");
    });
  },
  remove(path) {
    orNull(path, () => Deno.removeSync(path));
  },
  makeFolder(path, root) {
    if (root !== undefined) mustHaveNoLinks(root, path);
    explained(path, () => makeDurableFolder(path));
  },
  list(path) {
    const entries = orNull(path, () => [...Deno.readDirSync(path)]);
    return (entries ?? []).map((entry) => entry.name).sort();
  },
  note(path, text) {
    whereAllowed(path, () => {
      Deno.mkdirSync(dirname(path), { recursive: true });
      // Not through a link that somebody put there.
      this.remove(path);
      Deno.writeTextFileSync(path, text, { createNew: true });
    });
  },
  touch(path) {
    whereAllowed(path, () => Deno.utimeSync(path, new Date(), new Date()));
  },
};

/**
 * The same file system, left as it is: notes, new folders and removals come to nothing.
 * @throws TypeError when something is to be stored in it.
 */
export function readingOnly(io: StoreIo): StoreIo {
  const refuse = () => {
    throw new TypeError("This store may only be read.");
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
    writeDurably: refuse,
    writeWhile: refuse,
    copyDurably: refuse,
    rename: refuse,
  };
}

function forEachChunk(path: string, work: (chunk: Uint8Array) => void): void {
  using source = Deno.openSync(path);
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let count = source.readSync(chunk); count !== null; count = source.readSync(chunk)) {
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

/** A store has folders only: a link in it came from somebody else, and what is written there would land elsewhere. */
function mustHaveNoLinks(root: string, path: string): void {
  let folder = root;
  for (const name of relative(root, path).split(sep)) {
    folder = join(folder, name);
    if (!orNull(folder, () => Deno.lstatSync(folder))?.isSymlink) continue;
    throw new StoreError(
      `The store's folder ${folder} is a link, which Retrace never makes. Remove it, or choose another with --cache DIR.`,
    );
  }
}
