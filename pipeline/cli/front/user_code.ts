/** The modules of a user's own: the folders of their code, and those that finished runs used. */
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { kindOfInput, readInput, realPathOf } from "../../engine/files/entry.ts";
import type { CodeRoot } from "../../engine/keys/code_map.ts";
import { ConfigError } from "../../engine/run_errors.ts";
import { OWN_CODE } from "../../define/own_code.ts";
import { isGlob } from "../../compare/glob.ts";
import { namesIn } from "../../results/folder.ts";
import { namedModules, readFiles } from "../../experiment/extends.ts";
import { isInside, readableFolders } from "../../experiment/folders.ts";

/** Of a configuration, or of an experiment. */
const MAX_BYTES = 1 << 20;

/** What a project has in its folder. */
const PROJECT_FILES = ["package.json", "deno.json", "deno.jsonc", "tsconfig.json", ".git"];

/**
 * The roots of modules: the folder of the project that each is in, or its own if it is in none. Keys name files relative
 * to it, so a project may be moved.
 */
function rootsOf(modules: readonly string[]): CodeRoot[] {
  const folders = [...new Set(modules.map((path) => projectOf(dirname(path))))];
  return folders.map((folder, i) => ({ name: i === 0 ? "user" : `user-${i + 1}`, folder }));
}

function projectOf(folder: string): string {
  for (let around = folder;; around = dirname(around)) {
    if (PROJECT_FILES.some((name) => kindOfInput(join(around, name)) !== null)) return around;
    if (around === dirname(around)) return folder;
  }
}

/** Code of a user's own. */
export interface UserCode {
  /** The modules as they are named: a link may be led elsewhere. */
  links: readonly string[];
  /** Their real paths. */
  modules: readonly string[];
  urls: readonly string[];
  roots: readonly CodeRoot[];
  /** What is to be said about it. */
  warnings: readonly string[];
}

/** The code of the modules at these paths. */
export function userCode(links: readonly string[]): UserCode {
  const modules = [...new Set(links.map(realPathOf))];
  const roots = rootsOf(modules);
  return {
    links,
    modules,
    urls: modules.map((path) => pathToFileURL(path).href),
    roots,
    warnings: unreadImportMaps(roots),
  };
}

/** A warning for each configuration of these projects whose import map is not read. */
function unreadImportMaps(roots: readonly CodeRoot[]): string[] {
  const files = new Set<string>();
  for (const { folder } of roots) {
    for (const name of ["deno.json", "deno.jsonc"]) if (folder !== OWN_CODE.folder) files.add(join(folder, name));
  }
  return [...files].filter((path) => kindOfInput(path) === "file" && /"(imports|importMap)"/.test(read(path))).map((
    path,
  ) =>
    `${path} has an import map, which is not read: code of your own imports files (./…), "retrace", and packages with ` +
    "their versions (npm:NAME@1.2.3)."
  );
}

/** The modules that finished runs used; those that are not there any more are left out. Default: of all runs. */
export function modulesOfRuns(results: string, runs: readonly string[]): string[] {
  const all = runs.length === 0 || runs.some(isGlob);
  const folders = all ? foldersIn(results) : runs.flatMap((run) => [join(results, run), run]);
  return folders.flatMap((folder) => {
    const file = join(folder, "experiment.json");
    try {
      if (kindOfInput(file) !== "file" || !read(file).includes('"uses"')) return [];
      // Results may come from others: code that lies in them is not run.
      const found = namedModules(readFiles(file, []), readableFolders(file, [])).map(realPathOf);
      return found.filter((module) => !isInside(realPathOf(results), module) && !isInside(realPathOf(folder), module));
    } catch (error) {
      // The command says what is wrong with a run.
      if (error instanceof ConfigError || error instanceof SyntaxError) return [];
      throw error;
    }
  });
}

function read(path: string): string {
  return new TextDecoder().decode(readInput(path, MAX_BYTES) ?? undefined);
}

function foldersIn(results: string): string[] {
  if (kindOfInput(results) !== "folder") return [];
  return namesIn(results).map((name) => join(results, name));
}
