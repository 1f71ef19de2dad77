/**
 * The digest of a stage's code: the file that declares it and every file that it imports, so an edit to a kernel
 * re-runs what the kernel computes. A package counts with its version and those of its dependencies.
 */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOfBytes, digestOfPlain } from "../store/digest.ts";
import { CodeChangedError, DefinitionError } from "../run_errors.ts";
import { isOldEnough, statusText } from "../store/file_status.ts";
import { PackageLock } from "./packages.ts";
import { notFollowed, readSource } from "./source_text.ts";
import { ifFound } from "../store/store_failure.ts";
import { diskIo, type StoreIo } from "../store/store_io.ts";

/** The digest of some code, and what it covers: files with their digests, packages ("npm:NAME") with versions. */
export interface CodeDigest {
  digest: string;
  files: Record<string, string>;
}

/** A root folder of code. Keys name a file by its path in the root, so they do not depend on where the root is. */
export interface CodeRoot {
  /** The prefix of its file names, as in "user:mine.ts"; "" for Retrace's own root. */
  readonly name: string;
  /** An absolute path. Its deno.lock and package.json determine the versions of the packages that its code imports. */
  readonly folder: string;
  /** The folders of the program in it, relative to the root. Default: all of it. */
  readonly program?: readonly string[];
}

/** A source file, and the files and packages that it imports. */
interface SourceFile {
  name: string;
  digest: string;
  files: string[];
  packages: string[];
}

/** The files that determine the versions of packages. */
const PACKAGE_FILES = ["deno.lock", "package.json"];

/** Every file of the program, and those that determine the versions of its packages. */
export function programFiles(roots: readonly CodeRoot[]): string[] {
  const seen = new Set<string>();
  return roots.flatMap(({ folder, program = ["."] }) => [
    ...program.flatMap((name) => filesUnder(join(folder, name), seen)),
    ...["deno.json", ...PACKAGE_FILES].map((name) => join(folder, name)),
  ]);
}

/**
 * The files in a folder, following links, without packages and hidden files. Each folder is listed once, because links
 * can form a cycle.
 */
function filesUnder(folder: string, seen: Set<string>): string[] {
  const real = Deno.realPathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
    if (name === "node_modules" || name.startsWith(".")) return [];
    const path = join(folder, name);
    // Editors create links that lead nowhere.
    const info = ifFound(() => Deno.statSync(path));
    return info === null ? [] : info.isDirectory ? filesUnder(path, seen) : [path];
  });
}

/** Digests code. Each file is read once: a program does not notice edits of its own files while it runs. */
export class CodeReader {
  readonly #digests = new Map<string, CodeDigest>();
  /** Digests of code that was found unchanged when it ran. */
  readonly #confirmed = new Set<string>();
  readonly #files = new Map<string, SourceFile>();
  readonly #packages = new Map<CodeRoot, PackageLock>();
  /** The status of every file before it was read; null for one so recent that it could change without a new status. */
  readonly #statuses = new Map<string, string | null>();

  constructor(readonly roots: readonly CodeRoot[], readonly io: Pick<StoreIo, "status"> = diskIo) {}

  /** The digest of the code at `sources`, file URLs. @throws DefinitionError for a file or import that cannot be followed. */
  digest(sources: readonly string[]): CodeDigest {
    return this.#digests.getOrInsertComputed(sources.join("\n"), () => {
      const parts = new Map<string, string>();
      const seen = new Set<string>();
      for (const source of sources) this.#visit(fileURLToPath(source), seen, parts);
      const files = Object.fromEntries([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
      return { digest: digestOfPlain(files), files };
    });
  }

  /** The paths of the source files that the code at `sources` consists of. */
  filesOf(sources: readonly string[]): string[] {
    const files = Object.keys(this.digest(sources).files);
    return [...this.#files].filter(([, { name }]) => files.includes(name)).map(([path]) => path);
  }

  /**
   * Checks that the code that a stage has loaded is the digested one. Loaded code cannot change, so once is enough.
   * @throws CodeChangedError that lists the edited files.
   */
  checkUnchanged({ digest, files: before }: CodeDigest, sources: readonly string[]): void {
    if (this.#confirmed.has(digest)) return;
    const now = this.#isUnchanged() ? before : new CodeReader(this.roots).digest(sources).files;
    const edited = Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name]);
    if (edited.length > 0) {
      throw new CodeChangedError(
        `${edited.join(", ")} changed during the run, so it is unknown which version computed what. ` +
          "Nothing from this stage was stored. Run the command again.",
      );
    }
    this.#confirmed.add(digest);
  }

  /** True if the statuses alone show that no file has changed. */
  #isUnchanged(): boolean {
    return [...this.#statuses].every(([path, before]) => before !== null && before === this.#statusOf(path));
  }

  #statusOf(path: string): string | null {
    const status = this.io.status(path);
    return status !== null && isOldEnough(status, Date.now()) ? statusText(status) : null;
  }

  /** Adds a file, and everything it imports, to the parts of some code. */
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
    return this.#packages.getOrInsertComputed(root, () => {
      for (const path of PACKAGE_FILES.map((name) => join(root.folder, name))) {
        this.#statuses.set(path, this.#statusOf(path));
      }
      return new PackageLock(root.folder);
    });
  }

  /** The root that a file is in; of nested roots the innermost. */
  #rootOf(path: string): CodeRoot {
    const around = this.roots.filter(({ folder }) => path.startsWith(join(folder, "/")));
    const root = around.sort((a, b) => b.folder.length - a.folder.length)[0];
    if (root !== undefined) return root;
    const folders = this.roots.map(({ folder }) => folder).join(", ");
    throw new DefinitionError(`${path} is outside the root folders of code: ${folders}. Move it into one of them.`);
  }

  #read(path: string): SourceFile {
    return this.#files.getOrInsertComputed(path, () => {
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
      return { name, digest, files, packages };
    });
  }
}
