/**
 * The digest of a stage's code: the file that declares it and every file that it imports, so that an edit to a kernel
 * re-runs what the kernel computes. Blank lines, indentation and lines that are only comments do not count.
 */
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOfBytes, digestOfPlain } from "./digest.ts";
import { CodeChangedError } from "./errors.ts";

/** A stage's source files (paths relative to the project), each with its digest, and the digest over all of them. */
export interface CodeDigest {
  digest: string;
  files: Record<string, string>;
}

const ENGINE = import.meta.dirname!;
const PROJECT = dirname(ENGINE);
const IMPORT =
  /^\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

/** Digests the code of stages, each once: a program does not see edits of its own files while it runs. */
export class CodeReader {
  #digests = new Map<string, CodeDigest>();
  /** Stages whose code is known to be what was digested. */
  #confirmed = new Set<string>();
  #files = new Map<string, { digest: string; imports: string[] }>();
  #packages: Record<string, string> | null = null;
  #declarations: Set<string>;
  readonly #declared: readonly string[];

  /**
   * `declarations` are the files that declare stages. A stage names its inputs by importing the stages before it, but
   * what those do reaches it through their outputs alone: their code is part of their keys, not of its own.
   */
  constructor(declarations: readonly string[] = []) {
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

  /**
   * Makes sure that the code of a stage that has begun to run is the code that was digested: a stage loads what it
   * computes with when it runs. Once loaded, code stays what it is, so that one look is enough.
   * @throws CodeChangedError that names the files which were edited meanwhile.
   */
  mustBeUnchanged(source: string): void {
    if (this.#confirmed.has(source)) return;
    const [then, now] = [this.digest(source).files, new CodeReader(this.#declared).digest(source).files];
    const names = [...new Set([...Object.keys(then), ...Object.keys(now)])];
    const edited = names.filter((name) => then[name] !== now[name]);
    if (edited.length > 0) {
      throw new CodeChangedError(
        `${edited.join(", ")} changed while the run was going on, so that it is not known which version made what. ` +
          "Nothing of it was stored; run again.",
      );
    }
    this.#confirmed.add(source);
  }

  #digestOf(source: string): CodeDigest {
    const seen = new Map<string, string>();
    this.#visit(fileURLToPath(source), seen);
    const files = Object.fromEntries([...seen].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { digest: digestOfPlain(files), files };
  }

  #visit(path: string, seen: Map<string, string>): void {
    const name = relative(PROJECT, path).replaceAll("\\", "/");
    if (seen.has(name)) return;
    const file = this.#read(path);
    seen.set(name, file.digest);
    for (const specifier of file.imports) {
      if (!specifier.startsWith(".")) {
        const version = this.#packageVersion(specifier);
        if (version !== undefined) seen.set(`npm:${specifier}`, version);
      } else {
        const target = join(dirname(path), specifier);
        // The engine decides when a stage runs, not what comes out of it.
        const isOthers = dirname(target) === ENGINE || this.#declarations.has(target);
        if (!isOthers) this.#visit(target, seen);
      }
    }
  }

  #read(path: string): { digest: string; imports: string[] } {
    let file = this.#files.get(path);
    if (file === undefined) {
      const bytes = Deno.readFileSync(path);
      file = path.endsWith(".ts")
        ? readSource(new TextDecoder().decode(bytes))
        : { digest: digestOfBytes(bytes), imports: [] };
      this.#files.set(path, file);
    }
    return file;
  }

  #packageVersion(specifier: string): string | undefined {
    this.#packages ??= JSON.parse(Deno.readTextFileSync(join(PROJECT, "package.json"))).dependencies as Record<
      string,
      string
    >;
    return this.#packages[specifier];
  }
}

function readSource(text: string): { digest: string; imports: string[] } {
  const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2]);
  return { digest: digestOfBytes(new TextEncoder().encode(significantText(text))), imports };
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
