/**
 * The files below one folder: of a cache, or of results. They may be untrusted: links, named pipes, sockets and devices
 * in them are neither opened nor followed, only moved or removed themselves. Every operation checks the folders between
 * the root and the path. A program that replaces an entry between the check and the operation is not an untrusted file:
 * it has the user's rights already.
 */
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import { type FileStatus, ifFound, isSameEntry, ObstacleError, statusOf } from "./entry.ts";
import { readAll } from "./open_file.ts";

/** Folders that a batch of operations has already checked. */
export type CheckedFolders = Set<string>;

/** How often an operation is tried again that another process interferes with. */
const MAX_TRIES = 100;
/** What `resolve` would change in a path. */
const UNUSUAL = Deno.build.os === "windows" ? /\.\.|\/|\\\\|\\$/ : /\.\.|\/\/|\/$/;

/** Of a path that is not in the tree. */
const OUTSIDE = -1;

/** Every failure is thrown as `explain` converts it, except a TypeError for a path that is not in the tree. */
export class Tree {
  /** The root with a separator: absolute, and as given. */
  readonly #absolute: string;
  readonly #relative: string;

  /**
   * The user chose `root`, so it may itself be a link. It need not exist. `explain` converts a failure at a path into the
   * error that is thrown: of its caller's kind, with advice.
   */
  constructor(readonly root: string, readonly explain: (path: string, error: unknown) => unknown) {
    this.#absolute = join(resolve(root), sep);
    this.#relative = join(root, sep);
  }

  /** Does `work` on the open file at a path. A failure is thrown as `explain` converts it. */
  explained<T>(path: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.explain(path, error);
    }
  }

  /** True for the root and every path below it. */
  contains(path: string): boolean {
    return this.#startIn(this.#normal(path)) !== OUTSIDE;
  }

  /** The status of whatever is at a path; null if there is nothing. */
  status(path: string, checked?: CheckedFolders): FileStatus | null {
    const info = this.#at(path, (path) => this.#find(path, checked));
    return info && statusOf(info);
  }

  /** Opens a plain file for reading, or for reading and writing; null if there is none. */
  open(path: string, options: { write?: true } = {}): Deno.FsFile | null {
    return this.#at(path, (path) => this.#openPlain(path, { read: true, ...options }));
  }

  /** The content of a plain file of at most `maxBytes`; null if there is none. */
  read(path: string, maxBytes: number): Uint8Array<ArrayBuffer> | null {
    using file = this.open(path);
    return file && this.#at(path, () => readAll(file, maxBytes));
  }

  /**
   * Opens a plain file for reading and writing, and creates it if necessary. Anything else in its place, a file with
   * several names included, is removed, because Retrace did not make it, except a folder: that is an ObstacleError.
   */
  openOrCreate(path: string, mode: { append?: true } = {}): Deno.FsFile {
    const options = { read: true, write: true, ...mode };
    return this.#at(path, (path) => {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const found = this.#find(path);
        if (found?.isDirectory) throw new ObstacleError(path, "file", "folder");
        // A file with several names may belong to others under its other names.
        const isOwn = found?.isFile && (found.nlink ?? 1) <= 1;
        if (found !== null && !isOwn) ifFound(() => Deno.removeSync(path));
        const file = isOwn ? this.#openPlain(path, options) : createUnlessPresent(path, options);
        if (file !== null) return file;
      }
      throw new Error(`other processes keep replacing ${path}`);
    });
  }

  /** Creates a file for writing. Fails if there is anything at the path, a link for example. */
  create(path: string, mode?: number): Deno.FsFile {
    return this.#at(path, (path) => {
      this.#find(path);
      return Deno.openSync(path, { write: true, createNew: true, mode });
    });
  }

  /** The sorted names in a folder; none if it does not exist. Anything but a folder is an ObstacleError. */
  list(path: string): string[] {
    return this.#at(path, (path) => {
      if (!this.#isFolder(path)) return [];
      return ifFound(() => Array.from(Deno.readDirSync(path), ({ name }) => name).sort()) ?? [];
    });
  }

  /**
   * Makes a folder and those above it, and calls `onMade` for each that is new, outermost first. If one of them, below
   * the root, is anything but a folder, that is an ObstacleError.
   */
  makeFolder(path: string, onMade: (folder: string) => void = () => {}): void {
    this.#at(path, (path) => {
      this.#makeRoot(onMade);
      const missing: string[] = [];
      for (let folder = path; this.#isBelow(folder) && !this.#isFolder(folder); folder = dirname(folder)) {
        missing.unshift(folder);
      }
      for (const folder of missing) {
        try {
          Deno.mkdirSync(folder);
        } catch (error) {
          // Another process may have made it.
          if (!(error instanceof Deno.errors.AlreadyExists && this.#isFolder(folder))) throw error;
        }
        onMade(folder);
      }
    });
  }

  /** Renames an entry of any kind. Returns false if it does not exist. */
  rename(from: string, to: string): boolean {
    return this.#at(from, (from) =>
      this.#at(to, (to) => {
        if (this.#find(from) === null) return false;
        this.#find(to);
        return ifFound(() => (Deno.renameSync(from, to), true)) ?? false;
      }));
  }

  /** Removes an entry, if there is one; of a link only the link. A folder must be empty. */
  remove(path: string, checked?: CheckedFolders): void {
    this.#at(path, (path) => {
      if (this.#find(path, checked) !== null) ifFound(() => Deno.removeSync(path));
    });
  }

  /** Removes an entry, if there is one, with everything in it; of links, wherever they are, only the links. */
  removeAll(path: string): void {
    this.#at(path, (path) => {
      if (this.#find(path) !== null) ifFound(() => Deno.removeSync(path, { recursive: true }));
    });
  }

  /** Removes everything from a folder, and from the folders in it, that is neither a plain file nor a folder. */
  keepPlain(folder: string): void {
    for (const path of this.list(folder).map((name) => join(folder, name))) {
      const kind = this.status(path)?.kind ?? "file";
      if (kind === "folder") this.keepPlain(path);
      else if (kind !== "file") this.remove(path);
    }
  }

  /** The process may have no permission for what is around the root, or for anything in it but single files. */
  #makeRoot(onMade: (folder: string) => void): void {
    try {
      if (this.#isFolder(this.root)) return;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return;
      throw error;
    }
    Deno.mkdirSync(this.root, { recursive: true });
    onMade(this.root);
  }

  /** Opens an existing plain file, and compares it with what was checked: another process may replace it in between. */
  #openPlain(path: string, options: Deno.OpenOptions): Deno.FsFile | null {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = this.#find(path);
      if (!before?.isFile) return null;
      const file = ifFound(() => Deno.openSync(path, options));
      if (file !== null && isSameEntry(before, file.statSync())) return file;
      file?.close();
    }
    return null;
  }

  /** What is at a path; null if there is nothing. @throws ObstacleError if anything but a folder is above it. */
  #find(path: string, checked: CheckedFolders = new Set()): Deno.FileInfo | null {
    if (!this.#isBelow(path)) return ifFound(() => Deno.statSync(path));
    const start = this.#startIn(path);
    for (let end = path.indexOf(sep, start); end !== -1; end = path.indexOf(sep, end + 1)) {
      const folder = path.slice(0, end);
      if (checked.has(folder)) continue;
      if (!isFolder(folder, ifFound(() => Deno.lstatSync(folder)))) return null;
      checked.add(folder);
    }
    return ifFound(() => Deno.lstatSync(path));
  }

  /** True if there is a folder at a path, outside the tree as well. @throws ObstacleError if there is anything else. */
  #isFolder(path: string): boolean {
    return isFolder(path, this.#find(path));
  }

  /** A path in the form that checks rely on: absolute, or below the root as it was given. */
  #normal(path: string): string {
    const isUsual = (isAbsolute(path) || path.startsWith(this.#relative)) && !UNUSUAL.test(path);
    return isUsual ? path : resolve(path);
  }

  /** True for a path in normal form that is below the root, and not the root itself. */
  #isBelow(path: string): boolean {
    const start = this.#startIn(path);
    return start !== OUTSIDE && start < path.length;
  }

  /** Where the part below the root begins in a path in normal form; beyond its end for the root itself. */
  #startIn(path: string): number {
    if (
      path.startsWith(this.#absolute) || path.length + 1 === this.#absolute.length && this.#absolute.startsWith(path)
    ) {
      return this.#absolute.length;
    }
    return path.startsWith(this.#relative) ? this.#relative.length : OUTSIDE;
  }

  /** Does `work` with the path in normal form. */
  #at<T>(given: string, work: (path: string) => T): T {
    const path = this.#normal(given);
    if (this.#startIn(path) === OUTSIDE) throw new TypeError(`${given} is not in ${this.root}.`);
    return this.explained(given, () => work(path));
  }
}

/** @throws ObstacleError if what was found at a path is not a folder. */
function isFolder(path: string, found: Deno.FileInfo | null): boolean {
  if (found !== null && !found.isDirectory) throw new ObstacleError(path, "folder", statusOf(found).kind);
  return found !== null;
}

/** Null if there is already something at the path. */
function createUnlessPresent(path: string, options: Deno.OpenOptions): Deno.FsFile | null {
  try {
    return Deno.openSync(path, { ...options, createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return null;
    throw error;
  }
}
