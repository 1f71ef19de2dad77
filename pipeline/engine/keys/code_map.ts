/**
 * The code map: every file of the program's module graph, what it contains and what it imports, named by the root folder
 * of code that it is in. The graph is Deno's own, so it is what will run. The map is plain data: it is made where code may
 * be read, and sent to where it runs.
 */
import { join, relative, resolve } from "node:path";
import { ifFound } from "../files/entry.ts";
import type { CodeProblem } from "./code_loaders.ts";
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

/** A root folder of code. Keys name a file by its path in the root, so they do not depend on where the root is. */
export interface CodeRoot {
  /** The prefix of its file names, as in "user:mine.ts"; "" for Retrace's own root. */
  readonly name: string;
  /** An absolute path. */
  readonly folder: string;
  /** The folders of the program in it, relative to the root. Default: all of it. */
  readonly program?: readonly string[];
}

/** The name of a file in keys, as in "core/errors.ts" or "user:mine.ts"; null if it is outside all roots. */
export function nameOf(path: string, roots: readonly CodeRoot[]): string | null {
  // "/root/../other" is outside.
  const full = resolve(path);
  const isIn = (folder: string) => full.startsWith(join(folder, "/"));
  const around = roots.filter(({ folder }) => isIn(folder));
  // A project of a user's can be in the folder of the program. Of nested roots, the innermost.
  const ofProgram = around.find(({ folder, program = [] }) => program.some((name) => isIn(join(folder, name))));
  const root = ofProgram ?? around.reverse().sort((a, b) => b.folder.length - a.folder.length)[0];
  if (root === undefined) return null;
  const inRoot = relative(root.folder, full).replaceAll("\\", "/");
  return root.name === "" ? inRoot : `${root.name}:${inRoot}`;
}

/** Every file of the program, and those that determine the versions of its packages. */
export function programFiles(roots: readonly CodeRoot[]): string[] {
  const seen = new Set<string>();
  return roots.flatMap(({ folder, program = ["."] }) => [
    ...program.flatMap((name) => filesUnder(join(folder, name), seen)),
    ...["deno.json", "deno.lock", "package.json"].map((name) => join(folder, name)),
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
