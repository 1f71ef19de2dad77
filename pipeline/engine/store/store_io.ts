/** The file system calls of the store, behind one interface. Tests replace it to inject faults. */
import { dirname } from "node:path";
import type { FileStatus } from "../files/entry.ts";
import { openInput, statusOfInput } from "../files/input_file.ts";
import { fill, forEachChunk, syncFolder, writeAll, writeAllAsync } from "../files/open_file.ts";
import type { CheckedFolders, Tree } from "../files/tree.ts";
import { startDigest } from "./digest.ts";
import { asStoreError, storeTree, whereAllowed } from "./store_failure.ts";

/** The file system calls of the store. For a path that does not exist they return null instead of throwing. */
export interface StoreIo {
  /** The status of a path, outside the cache with links followed. What is in `checked` is not checked again. */
  status(path: string, checked?: CheckedFolders): FileStatus | null;
  /** Fills `target` from byte `start` of a plain file, 0 by default, and returns the number of bytes read. */
  readInto(path: string, target: Uint8Array<ArrayBuffer>, start?: number): number | null;
  /** Writes a new file and returns when its bytes are on disk. */
  writeDurably(path: string, bytes: Uint8Array): void;
  /**
   * Writes a new file piece by piece, on another thread, while `onPiece` runs on this one. Keeps it, on disk, only if
   * `isWanted` is true in the end.
   */
  writeWhile(
    path: string,
    pieces: Pieces,
    onPiece: (piece: Uint8Array) => void,
    isWanted: () => boolean,
  ): Promise<boolean>;
  /** Copies a file, of the cache or the user's, calls `onChunk` for every chunk, and returns when the copy is on disk. */
  copyDurably(from: string, to: string, onChunk: (chunk: Uint8Array) => void): void;
  /** Renames within the store and makes the new name durable. */
  rename(from: string, to: string): void;
  /** Moves whatever is at a path; returns false if that is nothing. */
  setAside(from: string, to: string): boolean;
  /** The SHA-256 of a plain file of any size, read in chunks. */
  digest(path: string): string | null;
  /** Removes an entry that is not a folder with content; of a link only the link. `checked` is as for `status`. */
  remove(path: string, checked?: CheckedFolders): void;
  /** Makes a folder and its parents durably. */
  makeFolder(path: string): void;
  /** The sorted names in a folder; empty if it does not exist. @throws StoreError if it is not a folder. */
  list(path: string): string[];
  /** Writes a note, and its folder: not durably, and not at all if the store is read-only. */
  note(path: string, text: string): void;
  /** Sets a file's times, to now by default, unless the store is read-only. */
  touch(path: string, time?: Date): void;
}

/** Bytes, piece by piece. */
export type Pieces = Iterable<Uint8Array<ArrayBuffer>>;

/** A cache folder, and the calls that reach it. */
export interface StoreFolder {
  readonly io: StoreIo;
  readonly root: string;
}

/** Stored files are read-only, so no program changes them by mistake. */
const READ_ONLY = 0o444;

/** The real file system, below the cache folder `root`. @throws StoreError for every failure. */
export function diskIo(root: string): StoreIo {
  const tree = storeTree(root);
  return {
    status: (path, checked) => tree.contains(path) ? tree.status(path, checked) : statusOfInput(path),
    readInto(path, target, start = 0) {
      using file = tree.open(path);
      return file && tree.explained(path, () => {
        file.seekSync(start, Deno.SeekMode.Start);
        return fill(file, target);
      });
    },
    writeDurably: (path, bytes) => writeNew(tree, path, (file) => writeAll(file, bytes)),
    writeWhile: (path, ...how) => writeNewWhile(tree, path, ...how),
    copyDurably(from, to, onChunk) {
      writeNew(tree, to, (target) => {
        using source = tree.contains(from) ? tree.open(from) : openInput(from);
        if (source === null) throw new Deno.errors.NotFound(`there is no file ${from}`);
        forEachChunk(source, (chunk) => {
          onChunk(chunk);
          writeAll(target, chunk);
        });
      });
    },
    rename(from, to) {
      tree.explained(to, () => {
        if (!tree.rename(from, to)) throw new Deno.errors.NotFound(`there is no file ${from}`);
        syncFolder(dirname(to));
      });
    },
    setAside: (from, to) => tree.rename(from, to),
    digest(path) {
      using file = tree.open(path);
      if (file === null) return null;
      const digest = startDigest();
      tree.explained(path, () => forEachChunk(file, (chunk) => digest.update(chunk)));
      return digest.digest("hex");
    },
    remove: (path, checked) => tree.remove(path, checked),
    makeFolder: (path) => tree.makeFolder(path, (folder) => syncFolder(dirname(folder))),
    list: (path) => tree.list(path),
    note(path, text) {
      whereAllowed(() => {
        tree.makeFolder(dirname(path));
        tree.remove(path);
        using file = tree.create(path);
        tree.explained(path, () => writeAll(file, new TextEncoder().encode(text)));
      });
    },
    touch(path, time = new Date()) {
      whereAllowed(() => {
        using file = tree.open(path);
        // A file with several names may belong to others under its other names.
        if (file === null || (file.statSync().nlink ?? 1) > 1) return;
        tree.explained(path, () => file.utimeSync(time, time));
      });
    },
  };
}

/** The same without effects: nothing is changed, and a folder is listed once. @throws TypeError when storing. */
export function readingOnly(io: StoreIo): StoreIo {
  const lists = new Map<string, string[]>();
  const reject = () => {
    throw new TypeError("This store is read-only.");
  };
  return {
    status: (path, checked) => io.status(path, checked),
    readInto: (...how) => io.readInto(...how),
    digest: (path) => io.digest(path),
    list: (path) => lists.getOrInsertComputed(path, () => io.list(path)),
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

/** Writes a new file that is on disk in the end. If writing fails, it is removed, so it does not fill the disk. */
function writeNew(tree: Tree, path: string, write: (file: Deno.FsFile) => void): void {
  using file = tree.create(path, READ_ONLY);
  try {
    write(file);
    file.syncSync();
  } catch (error) {
    tree.remove(path);
    throw asStoreError(path, error);
  }
}

async function writeNewWhile(
  tree: Tree,
  path: string,
  pieces: Pieces,
  onPiece: (piece: Uint8Array) => void,
  isWanted: () => boolean,
): Promise<boolean> {
  using file = tree.create(path, READ_ONLY);
  let failure: unknown = null;
  let isComplete = false;
  try {
    for (const piece of pieces) {
      const written = failure === null ? writeAllAsync(file, piece).catch((error) => failure = error) : null;
      onPiece(piece);
      await written;
    }
    // A failed write, because the disk is full for example, does not matter if the bytes are not wanted.
    if (!isWanted()) return false;
    if (failure === null) await file.sync().catch((error) => failure = error);
    if (failure !== null) throw asStoreError(path, failure);
    return isComplete = true;
  } finally {
    if (!isComplete) tree.remove(path);
  }
}
