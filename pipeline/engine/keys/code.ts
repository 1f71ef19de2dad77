/**
 * The digest of a stage's code: the file that declares it and every file that it imports, so that an edit to a kernel
 * re-runs what the kernel computes. A package counts by its version, and so does every package that it depends on.
 * Blank lines, indentation and lines that are only comments do not count.
 */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOfBytes, digestOfPlain } from "../store/digest.ts";
import { CodeChangedError } from "../run_errors.ts";
import { canBeTrusted, statusText } from "../store/file_status.ts";
import { PackageLock } from "./packages.ts";
import { notFollowed, readSource } from "./source_text.ts";
import { diskIo, type StoreIo } from "../store/store_io.ts";

/**
 * A stage's source files (paths relative to the project), each with its digest, packages ("npm:NAME") with their
 * version; and the digest over all of them.
 */
export interface CodeDigest {
  digest: string;
  files: Record<string, string>;
}

/** A folder that code lies in. A file's name in keys is its path in the folder: keys do not depend on where that is. */
export interface CodeRoot {
  /** Stands before the names of its files, as in "user:mine.ts"; "" for Retrace's own. */
  readonly name: string;
  /** An absolute path. Its deno.lock and package.json say which versions of packages its code works with. */
  readonly folder: string;
  /** What of it belongs to the program, as paths in the folder. */
  readonly program: readonly string[];
  /** Folders in it whose code decides when work is done, and never what comes out: it is no part of keys. */
  readonly outside: readonly string[];
}

/** A file that is part of a stage's code. */
interface SourceFile {
  name: string;
  digest: string;
  /** The paths of the files that it imports, and its packages; without what is no part of the stage's code. */
  files: string[];
  packages: string[];
}

/** What says which version of a package it is. */
const PACKAGE_FILES = ["deno.lock", "package.json"];

/** Every file of the program, and those that say which packages it works with. */
export function programFiles(roots: readonly CodeRoot[]): string[] {
  const seen = new Set<string>();
  return roots.flatMap(({ folder, program }) => [
    ...program.flatMap((name) => filesUnder(join(folder, name), seen)),
    ...["deno.json", ...PACKAGE_FILES].map((name) => join(folder, name)),
  ]);
}

/** What is behind links as well: of a link to a folder, the files in it. Each folder once, for links may lead around. */
function filesUnder(folder: string, seen: Set<string>): string[] {
  const real = Deno.realPathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
    const path = join(folder, name);
    const kind = kindOf(path);
    return kind === null ? [] : kind.isDirectory ? filesUnder(path, seen) : [path];
  });
}

/** What is at a path, or behind the link there; null for a link that leads nowhere, as editors make them. */
function kindOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Digests code, each piece once: a program does not see edits of its own files while it runs. */
export class CodeReader {
  #digests = new Map<string, CodeDigest>();
  /** Code that is known to be what was digested. */
  #confirmed = new Set<string>();
  #files = new Map<string, SourceFile>();
  #packages = new Map<CodeRoot, PackageLock>();
  /** The status of every file before it was read; null for one so young that it may change without a trace. */
  #statuses = new Map<string, string | null>();

  constructor(readonly roots: readonly CodeRoot[], readonly io: Pick<StoreIo, "status"> = diskIo) {}

  /**
   * The digest of the code that starts at `sources`, file URLs.
   * @throws TypeError for an import that cannot be followed, and for a file that lies in no root.
   */
  digest(sources: readonly string[]): CodeDigest {
    const key = sources.join("\n");
    let digest = this.#digests.get(key);
    if (digest === undefined) {
      digest = this.#digestOf(sources);
      this.#digests.set(key, digest);
    }
    return digest;
  }

  /** The paths of the files that the code at `sources` is made of; packages are none. */
  filesOf(sources: readonly string[]): string[] {
    const files = Object.keys(this.digest(sources).files);
    return [...this.#files].filter(([, { name }]) => files.includes(name)).map(([path]) => path);
  }

  /**
   * Makes sure that the code of a stage that has begun to run is the code that was digested: a stage loads what it
   * computes with when it runs. Once loaded, code stays what it is, so that one look is enough.
   * @throws CodeChangedError that names the files which were edited meanwhile.
   */
  mustBeUnchanged({ digest, files }: CodeDigest, sources: readonly string[]): void {
    if (this.#confirmed.has(digest)) return;
    if (!this.#isAsItWas()) this.#mustHaveFiles(files, sources);
    this.#confirmed.add(digest);
  }

  /** True when it can be told without reading them that all files are what they were. */
  #isAsItWas(): boolean {
    return [...this.#statuses].every(([path, was]) => was !== null && was === this.#statusOf(path));
  }

  #statusOf(path: string): string | null {
    const status = this.io.status(path);
    return status !== null && canBeTrusted(status, Date.now()) ? statusText(status) : null;
  }

  #mustHaveFiles(then: Record<string, string>, sources: readonly string[]): void {
    const now = new CodeReader(this.roots).digest(sources).files;
    const names = [...new Set([...Object.keys(then), ...Object.keys(now)])];
    const edited = names.filter((name) => then[name] !== now[name]);
    if (edited.length > 0) {
      throw new CodeChangedError(
        `${edited.join(", ")} changed during the run, so it is not known which version computed what. ` +
          "Nothing of this stage was stored; run again.",
      );
    }
  }

  #digestOf(sources: readonly string[]): CodeDigest {
    const parts = new Map<string, string>();
    const seen = new Set<string>();
    for (const source of sources) this.#visit(fileURLToPath(source), seen, parts);
    const files = Object.fromEntries([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { digest: digestOfPlain(files), files };
  }

  /** Adds a file, and all that it imports, to the parts of a code. */
  #visit(path: string, seen: Set<string>, parts: Map<string, string>): void {
    if (seen.has(path)) return;
    seen.add(path);
    const { name, digest, files, packages } = this.#read(path);
    parts.set(name, digest);
    for (const file of files) this.#visit(file, seen, parts);
    for (const specifier of packages) {
      const versions = this.#packagesOf(this.#rootOf(path)).versions(specifier);
      if (versions === null) throw notFollowed(name, JSON.stringify(specifier));
      for (const [name, version] of versions) parts.set(`npm:${name}`, version);
    }
  }

  #packagesOf(root: CodeRoot): PackageLock {
    let lock = this.#packages.get(root);
    if (lock === undefined) {
      for (const name of PACKAGE_FILES) {
        const path = join(root.folder, name);
        this.#statuses.set(path, this.#statusOf(path));
      }
      lock = new PackageLock(root.folder);
      this.#packages.set(root, lock);
    }
    return lock;
  }

  /** The root that a file lies in; of roots inside of each other the innermost. */
  #rootOf(path: string): CodeRoot {
    const around = this.roots.filter(({ folder }) => path.startsWith(join(folder, "/")));
    const root = around.sort((a, b) => b.folder.length - a.folder.length)[0];
    if (root !== undefined) return root;
    throw new TypeError(
      `${path} lies in none of the folders of code: ${this.roots.map((one) => one.folder).join(", ")}.`,
    );
  }

  #read(path: string): SourceFile {
    let file = this.#files.get(path);
    if (file === undefined) {
      this.#statuses.set(path, this.#statusOf(path));
      const root = this.#rootOf(path);
      const inRoot = relative(root.folder, path).replaceAll("\\", "/");
      const name = root.name === "" ? inRoot : `${root.name}:${inRoot}`;
      const bytes = Deno.readFileSync(path);
      const { digest, imports } = /\.[cm]?[jt]s$/.test(path)
        ? readSource(name, new TextDecoder().decode(bytes))
        : { digest: digestOfBytes(bytes), imports: [] };
      const files = imports.filter((one) => one.startsWith(".")).map((one) => join(dirname(path), one));
      const packages = imports.filter((one) => !/^(\.|node:)/.test(one));
      file = { name, digest, files: files.filter((one) => !this.#isOutside(one)), packages };
      this.#files.set(path, file);
    }
    return file;
  }

  #isOutside(path: string): boolean {
    const { folder, outside } = this.#rootOf(path);
    return outside.some((name) => path.startsWith(join(folder, name, "/")));
  }
}
