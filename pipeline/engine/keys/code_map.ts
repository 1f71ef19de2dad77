/**
 * The code map: every file of the program's module graph, what it contains and what it imports. The graph is Deno's own,
 * so it is what will run. The map is plain data: it is made where code may be read, and sent to where it runs.
 */
import type { CodeProblem } from "./code_loaders.ts";
import { type CodeRoot, nameOf } from "./code_root.ts";
import { type FileEvidence, inspect, isUnchanged } from "./file_evidence.ts";
import type { NpmPackage } from "./installed_packages.ts";
import type { SourceFacts } from "./source_facts.ts";

/** A file of the module graph, or one whose bytes code reads. */
export interface CodeFile {
  /** As in "core/errors.ts" or "user:mine.ts"; null if it is outside all roots. */
  readonly name: string | null;
  /** Null if there is no such file. */
  readonly evidence: FileEvidence | null;
  /** Of a source file; null for JSON, WebAssembly and files that only their bytes matter of. */
  readonly facts: SourceFacts | null;
  /** Paths of the modules that it imports. */
  readonly modules: readonly string[];
  /** Paths of files whose bytes count: declared by its definitions, or imported as text or bytes. */
  readonly data: readonly string[];
  /** Paths of the files that its definitions declare, which are read while stages run: all of `data`, or missing. */
  readonly declared: readonly string[];
  /** Files that it reads, and where. They must be declared. */
  readonly reads: readonly { readonly path: string; readonly line: number }[];
  /** npm packages that it imports, as "NAME@VERSION". */
  readonly packages: readonly string[];
  readonly problems: readonly CodeProblem[];
}

/** The code of a program. Plain data, without functions. */
export interface CodeMap {
  readonly format: number;
  readonly roots: readonly CodeRoot[];
  /** Paths of the modules that the program starts from. */
  readonly entries: readonly string[];
  /** By path. */
  readonly files: Readonly<Record<string, CodeFile>>;
  /** By "NAME@VERSION". */
  readonly packages: Readonly<Record<string, NpmPackage>>;
  /** The files that decide what imports mean, by path, whether they exist or not. */
  readonly deciding: Readonly<Record<string, FileEvidence | null>>;
  /** Digest of the compiler options; null if there are none. */
  readonly compilerOptions: string | null;
  /** Whether Deno could not resolve or load some import: what it depends on is unknown, so Deno is asked again. */
  readonly isIncomplete: boolean;
}

/** The paths of all files that changed since the map was made. */
export function changedFiles(map: CodeMap): string[] {
  return evidenceOf(map).filter(([path, evidence]) => !isUnchanged(path, evidence)).map(([path]) => path);
}

/** Increased when source facts get another meaning: an earlier map is then of no use. */
export const FORMAT = 4;

/** What decides a map, besides the files. */
export interface MappedProgram {
  readonly roots: readonly CodeRoot[];
  /** Paths of the modules that the program starts from. */
  readonly entries: readonly string[];
}

/** The map of a program that an earlier one still is; null if a file has changed. */
export function currentMap({ roots, entries }: MappedProgram, before: CodeMap | null): CodeMap | null {
  if (before === null || before.format !== FORMAT || before.isIncomplete) return null;
  const isSame = JSON.stringify([before.roots, before.entries]) === JSON.stringify([roots, entries]);
  return isSame ? renewed(before) : null;
}

/** The map of two programs, of which the second refers to the first one's files. */
export function joinedMaps(own: CodeMap, user: CodeMap): CodeMap {
  return {
    ...own,
    roots: user.roots,
    entries: [...own.entries, ...user.entries],
    files: { ...own.files, ...user.files },
    packages: { ...own.packages, ...user.packages },
    deciding: { ...user.deciding, ...own.deciding },
    isIncomplete: own.isIncomplete || user.isIncomplete,
  };
}

/** The same map, with evidence that may by now be old enough to rely on; null if a file has changed. */
function renewed(map: CodeMap): CodeMap | null {
  const found = new Map<string, FileEvidence | null>();
  for (const [path, evidence] of evidenceOf(map)) {
    const now = inspect(path, evidence);
    if (now?.digest !== evidence?.digest) return null;
    found.set(path, now);
  }
  const files = Object.entries(map.files).map(([path, file]) => [path, { ...file, evidence: found.get(path) }]);
  const deciding = Object.keys(map.deciding).map((path) => [path, found.get(path)]);
  return { ...map, files: Object.fromEntries(files), deciding: Object.fromEntries(deciding) };
}

/**
 * The paths of the files that definitions declare: the only files of code that are read while stages run. Files outside
 * all roots are left out, because workers get permission to read these: whatever declares them cannot be used.
 */
export function declaredFiles({ files, roots }: CodeMap): string[] {
  const declared = new Set(Object.values(files).flatMap((file) => file.declared));
  return [...declared].filter((path) => nameOf(path, roots) !== null);
}

/** The evidence of all files, by path. */
export function evidenceOf({ files, deciding }: CodeMap): [string, FileEvidence | null][] {
  const code = Object.entries(files).map(([path, { evidence }]): [string, FileEvidence | null] => [path, evidence]);
  return [...code, ...Object.entries(deciding)];
}
