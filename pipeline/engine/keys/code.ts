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
import { diskIo, type StoreIo } from "../store/store_io.ts";

/**
 * A stage's source files (paths relative to the project), each with its digest, packages ("npm:NAME") with their
 * version; and the digest over all of them.
 */
export interface CodeDigest {
  digest: string;
  files: Record<string, string>;
}

/** A file that is part of a stage's code. */
interface SourceFile {
  /** Its path in the project. */
  name: string;
  digest: string;
  /** The paths of the files that it imports, and its packages; without what is no part of the stage's code. */
  files: string[];
  packages: string[];
}

const PROJECT = join(import.meta.dirname!, "../../..");
const ENGINE = join(PROJECT, "pipeline/engine");
/** What says which version of a package it is. */
const PACKAGE_FILES = ["deno.lock", "package.json"].map((name) => join(PROJECT, name));
/**
 * Static imports and exports from elsewhere, dynamic imports, and files named by their URL. What only types are taken
 * from is left out: types are gone when the code runs.
 */
const IMPORT = new RegExp(
  [
    /(?:^|[;}])[ \t]*(?:import|export)\b(?!\s*type\s+(?:[{*]|(?!from\s*["'])\w))(?:[^"';()]*?\bfrom)?\s*["']([^"']+)["']/,
    /\bimport\(\s*["']([^"']+)["']/,
    /\bnew URL\(\s*["'](\.[^"']*[^"'/])["'],\s*import\.meta\.url/,
  ].map(({ source }) => source).join("|"),
  "gm",
);
/** A module whose name is only known when the code runs. */
const UNKNOWN_IMPORT = /^(?!\s*(?:\/\/|\*)).*\bimport\(\s*(?!["'])/m;

/** Every file of the program, and those that say which packages it works with. */
export function sourceFiles(): string[] {
  const seen = new Set<string>();
  const files = ["core", "pipeline", "std"].flatMap((name) => filesUnder(join(PROJECT, name), seen));
  return [...files, join(PROJECT, "deno.json"), ...PACKAGE_FILES];
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

/** Digests the code of stages, each once: a program does not see edits of its own files while it runs. */
export class CodeReader {
  #digests = new Map<string, CodeDigest>();
  /** Stages whose code is known to be what was digested. */
  #confirmed = new Set<string>();
  #files = new Map<string, SourceFile>();
  #packages: PackageLock | null = null;
  /** The status of every file before it was read; null for one so young that it may change without a trace. */
  #statuses = new Map<string, string | null>();
  #declarations: Set<string>;
  readonly #declared: readonly string[];

  /**
   * `declarations` are the files that declare stages. A stage names its inputs by importing the stages before it, but
   * what those do reaches it through their outputs alone: their code is part of their keys, not of its own.
   */
  constructor(declarations: readonly string[] = [], readonly io: Pick<StoreIo, "status"> = diskIo) {
    this.#declared = declarations;
    this.#declarations = new Set(declarations.map((source) => fileURLToPath(source)));
  }

  /** The digest of the code that starts at `source`, a file URL. */
  digest(source: string): CodeDigest {
    let digest = this.#digests.get(source);
    if (digest === undefined) {
      digest = this.#digestOf(source);
      this.#digests.set(source, digest);
    }
    return digest;
  }

  /** The files that the code at `source` is made of, wherever they are; packages are none. */
  filesOf(source: string): string[] {
    const names = Object.keys(this.digest(source).files).filter((name) => !name.startsWith("npm:"));
    return names.map((name) => join(PROJECT, name));
  }

  /**
   * Makes sure that the code of a stage that has begun to run is the code that was digested: a stage loads what it
   * computes with when it runs. Once loaded, code stays what it is, so that one look is enough.
   * @throws CodeChangedError that names the files which were edited meanwhile.
   */
  mustBeUnchanged(source: string): void {
    if (this.#confirmed.has(source)) return;
    if (!this.#isAsItWas()) this.#mustHaveFilesOf(source);
    this.#confirmed.add(source);
  }

  /** True when it can be told without reading them that all files are what they were. */
  #isAsItWas(): boolean {
    return [...this.#statuses].every(([path, was]) => was !== null && was === this.#statusOf(path));
  }

  #statusOf(path: string): string | null {
    const status = this.io.status(path);
    return status !== null && canBeTrusted(status, Date.now()) ? statusText(status) : null;
  }

  #mustHaveFilesOf(source: string): void {
    const [then, now] = [this.digest(source).files, new CodeReader(this.#declared).digest(source).files];
    const names = [...new Set([...Object.keys(then), ...Object.keys(now)])];
    const edited = names.filter((name) => then[name] !== now[name]);
    if (edited.length > 0) {
      throw new CodeChangedError(
        `${edited.join(", ")} changed while the run was going on, so that it is not known which version made what. ` +
          "Nothing of it was stored; run again.",
      );
    }
  }

  #digestOf(source: string): CodeDigest {
    const parts = new Map<string, string>();
    this.#visit(fileURLToPath(source), new Set(), parts);
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
      this.#packages ??= this.#readPackages();
      const versions = this.#packages.versions(specifier);
      if (versions === null) throw notFollowed(name, JSON.stringify(specifier));
      for (const [name, version] of versions) parts.set(`npm:${name}`, version);
    }
  }

  #readPackages(): PackageLock {
    for (const path of PACKAGE_FILES) this.#statuses.set(path, this.#statusOf(path));
    return new PackageLock(PROJECT);
  }

  #read(path: string): SourceFile {
    let file = this.#files.get(path);
    if (file === undefined) {
      this.#statuses.set(path, this.#statusOf(path));
      const name = relative(PROJECT, path).replaceAll("\\", "/");
      const bytes = Deno.readFileSync(path);
      const { digest, imports } = path.endsWith(".ts")
        ? readSource(name, new TextDecoder().decode(bytes))
        : { digest: digestOfBytes(bytes), imports: [] };
      const files = imports.filter((one) => one.startsWith(".")).map((one) => join(dirname(path), one));
      // The engine decides when a stage runs, not what comes out of it.
      const own = files.filter((one) => !one.startsWith(join(ENGINE, "/")) && !this.#declarations.has(one));
      file = { name, digest, files: own, packages: imports.filter((one) => !/^(\.|node:)/.test(one)) };
      this.#files.set(path, file);
    }
    return file;
  }
}

function readSource(name: string, text: string): { digest: string; imports: string[] } {
  if (UNKNOWN_IMPORT.test(text)) throw notFollowed(name, "a name that is not written out");
  const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]);
  return { digest: digestOfBytes(new TextEncoder().encode(significantText(text))), imports };
}

function notFollowed(file: string, what: string): TypeError {
  return new TypeError(
    `${file} imports ${what}, which is neither a file (./…) nor a package of package.json nor a module of node:. ` +
      "What cannot be followed cannot be part of a stage's key: an edit of it would go unseen.",
  );
}

/**
 * The text without blank lines, indentation and whole-line comments. A text with a template literal that spans lines,
 * where a line's look is part of the program, or with a block comment that begins behind code, is left as it is.
 */
export function significantText(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.some((line) => line.split("`").length % 2 === 0 || line.indexOf("/*") > 0)) return text;
  let inComment = false;
  const kept: string[] = [];
  for (const line of lines) {
    if (inComment || line.startsWith("/*")) {
      const end = line.indexOf("*/");
      inComment = end === -1;
      // What stands behind the comment counts, and so does the line.
      if (!inComment && end !== line.length - 2) kept.push(line);
    } else if (line !== "" && !line.startsWith("//")) {
      kept.push(line);
    }
  }
  return kept.join("\n");
}
