/**
 * The digest of a stage's code: the file that declares it and every file that it imports, so an edit to a kernel
 * re-runs what the kernel computes. A package counts with its version and those of its dependencies.
 */
import { fileURLToPath } from "node:url";
import { CodeChangedError, DefinitionError } from "../run_errors.ts";
import { digestOfPlain } from "../store/digest.ts";
import { type CodeFile, type CodeMap, nameOf } from "./code_map.ts";
import { isUnchanged } from "./file_evidence.ts";

/** The digest of some code, and what it covers: files with their digests, packages ("npm:NAME") with versions. */
export interface CodeDigest {
  digest: string;
  files: Record<string, string>;
}

/** Some code: its digest and the paths of its files. */
interface Code extends CodeDigest {
  paths: readonly string[];
  /** The files that its definitions declare. */
  declared: readonly string[];
}

/** Digests code by a map of it. It reads nothing but declared files, when they are checked. */
export class CodeReader {
  readonly #codes = new Map<string, Code>();

  constructor(readonly map: CodeMap) {}

  /**
   * The digest of the code at `sources`, file URLs.
   * @throws DefinitionError, with file and line, for anything in it whose effect cannot be followed.
   */
  digest(sources: readonly string[]): CodeDigest {
    const { digest, files } = this.#codeOf(sources);
    return { digest, files };
  }

  /** The paths of the source files that the code at `sources` consists of, and of the files that it declares. */
  filesOf(sources: readonly string[]): string[] {
    return [...this.#codeOf(sources).paths];
  }

  /**
   * Checks that the files that a stage declares are still the digested ones. Modules were loaded before.
   * @throws CodeChangedError that lists the edited files.
   */
  checkUnchanged(sources: readonly string[]): void {
    const { files } = this.map;
    const edited = this.#codeOf(sources).declared.filter((path) => !isUnchanged(path, files[path]?.evidence ?? null));
    if (edited.length === 0) return;
    throw new CodeChangedError(
      edited.map((path) => nameOf(path, this.map.roots)).join(", ") +
        " changed during the run, so it is unknown which version computed what. Nothing from this stage was stored. Run the command again.",
    );
  }

  #codeOf(sources: readonly string[]): Code {
    return this.#codes.getOrInsertComputed(sources.join("\n"), () => {
      const reached = new Map<string, CodeFile>();
      for (const source of sources) this.#visit(fileURLToPath(source), reached);
      const declared = [...reached.values()].flatMap((file) => file.declared);
      for (const file of reached.values()) checkReads(file, declared);
      const files = this.#partsOf([...reached]);
      return { digest: digestOfPlain(files), files, paths: [...reached.keys()], declared: [...new Set(declared)] };
    });
  }

  /** Adds a file and everything that it imports. */
  #visit(path: string, reached: Map<string, CodeFile>): void {
    if (reached.has(path)) return;
    const file = this.map.files[path];
    if (file === undefined) {
      throw new DefinitionError(`${path} is not part of the program: expected a definition's source: import.meta.url.`);
    }
    if (file.name === null) {
      const folders = this.map.roots.map(({ folder }) => folder).join(", ");
      throw new DefinitionError(`${path} is outside the root folders of code: ${folders}. Move it into one of them.`);
    }
    for (const { line, what } of file.problems) throw new DefinitionError(`${file.name}:${line} ${what}`);
    reached.set(path, file);
    for (const one of [...file.modules, ...file.data]) this.#visit(one, reached);
  }

  /** The digests of files and the versions of packages, by name, in order. */
  #partsOf(reached: readonly [string, CodeFile][]): Record<string, string> {
    // Code that reads the text of functions could read that of any of these files.
    const isExact = reached.some(([, { facts }]) => facts?.readsText);
    const asData = new Set(reached.flatMap(([, { data }]) => data));
    const parts = new Map<string, string>();
    for (const [path, { name, evidence, facts }] of reached) {
      const isSignificant = facts !== null && !isExact && !asData.has(path);
      parts.set(name!, isSignificant ? facts.digest : evidence?.digest ?? "missing");
    }
    for (const [name, version] of this.#versionsOf(reached.flatMap(([, { packages }]) => packages))) {
      parts.set(`npm:${name}`, version);
    }
    const { compilerOptions } = this.map;
    if (compilerOptions !== null) parts.set("compilerOptions", compilerOptions);
    return Object.fromEntries([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The versions of packages and of everything that they depend on. One with two versions has both: "1.0.0, 2.0.0". */
  #versionsOf(ids: readonly string[]): Map<string, string> {
    const all = new Set<string>();
    const add = (id: string) => {
      if (all.has(id)) return;
      all.add(id);
      for (const one of this.map.packages[id]?.dependencies ?? []) add(one);
    };
    ids.forEach(add);
    const versions = new Map<string, string>();
    for (const id of [...all].sort()) {
      const at = id.indexOf("@", 1);
      const [name, version] = [id.slice(0, at), id.slice(at + 1)];
      versions.set(name, versions.has(name) ? `${versions.get(name)}, ${version}` : version);
    }
    return versions;
  }
}

/** @throws DefinitionError if the file reads one that no definition of the same code declares. */
function checkReads({ name, reads }: CodeFile, declared: readonly string[]): void {
  for (const { path, line } of reads.filter((one) => !declared.includes(one.path))) {
    throw new DefinitionError(
      `${name}:${line} reads ${path}, which no definition declares, so an edit to it would not change the stage's key. ` +
        'Add files: ["./FILE"] next to `source: import.meta.url` in the definition.',
    );
  }
}
