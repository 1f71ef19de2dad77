/** Reads an experiment file, the files that it extends, and the names of the modules that they use. */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { kindOfInput, readInput } from "../engine/files/entry.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { hasHidden, visible } from "../text/visible.ts";
import { checkReadable } from "./folders.ts";
import { decodeText, MAX_CHARACTERS, parseJsonText, withoutComments } from "./json_text.ts";
import { isLock } from "./lock_file.ts";

/** A parsed file. */
export interface ExperimentFile {
  /** Absolute. */
  path: string;
  content: Readonly<Record<string, unknown>>;
}

/** The longest chain of files that extend each other. */
const MAX_FILES = 32;

/**
 * Reads the file, and those that it extends, each after the one that extends it. All but the first must be in
 * `folders`.
 * @throws ConfigError if a file cannot be read, is not a JSON object, is in another folder, or extends itself.
 */
export function readFiles(file: string, folders: readonly string[]): ExperimentFile[] {
  const files: ExperimentFile[] = [];
  for (let next: string | null = file; next !== null;) {
    const path = resolve(next);
    const by = files.at(-1)?.path;
    if (files.some((one) => one.path === path)) {
      const cycle = [...files.map((one) => one.path), path].map((one) => basename(one));
      throw new ConfigError(`${next} extends itself: ${cycle.join(" → ")}. Remove one "extends".`);
    }
    if (files.length === MAX_FILES) throw new ConfigError(`${file} extends a chain of more than ${MAX_FILES} files.`);
    if (by !== undefined) checkReadable(folders, next, by);
    const content = readJson(next, by);
    files.push({ path, content });
    if (typeof content.extends === "string" && hasHidden(content.extends)) {
      const found = visible(JSON.stringify(content.extends));
      throw new ConfigError(`${file}: "extends" must be a path without control characters, but found ${found}.`);
    }
    next = typeof content.extends === "string" ? resolve(dirname(path), content.extends) : null;
  }
  return files;
}

/** False for other files in a folder of experiments: their JSON Schema, their expected digests, and their locks. */
export function isExperimentFile(path: string): boolean {
  return !path.endsWith(".schema.json") && !isLock(path) && !/^(.*\.)?expected\.json$/.test(basename(path));
}

/** The paths of the experiment files in a folder, in order; none if there is no such folder. */
export function experimentsIn(folder: string): string[] {
  if (kindOfInput(folder) !== "folder") return [];
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".json"));
  return names.filter(isExperimentFile).sort().map((name) => join(folder, name));
}

/** Merges files: the values of a file replace those of the file that it extends, whose name is not inherited. */
export function merged([{ content }, ...bases]: readonly ExperimentFile[]): Record<string, unknown> {
  const base = bases.reduceRight((base, { content }) => merge(base, content), {} as Record<string, unknown>);
  delete base.name;
  // A copy, so overrides do not change the contents of the files.
  return structuredClone(merge(base, content));
}

/** Merges objects field by field; other values of `own` replace those of `base`. */
function merge(base: Record<string, unknown>, own: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    const before = fields.get(key);
    fields.set(key, isJsonObject(value) && isJsonObject(before) ? merge(before, value) : value);
  }
  // Creates own fields, whatever their names: "__proto__" is an unknown field like any other.
  return Object.fromEntries(fields);
}

function readJson(file: string, by: string | undefined): Record<string, unknown> {
  const bytes = readBytes(file, by);
  try {
    const value = parseJsonText(withoutComments(decodeText(bytes)));
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw new ConfigError(`${file} is not valid JSON: ${(error as Error).message}.`);
  }
  throw new ConfigError(`${file} must contain a JSON object, { "name": …, "pipeline": … }.`);
}

function readBytes(file: string, by: string | undefined): Uint8Array<ArrayBuffer> {
  try {
    const { isFile, size } = Deno.statSync(file);
    if (!isFile) throw new Error("it is not a file");
    if (size > MAX_CHARACTERS) throw new Error(`it has ${size} bytes, but an experiment has at most ${MAX_CHARACTERS}`);
    return Deno.readFileSync(file);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    const advice = by === undefined
      ? "The experiments that come with Retrace are in experiments/."
      : `${by} extends it; the path in "extends" is relative to that file.`;
    throw new ConfigError(`Cannot read the experiment ${file}: ${reason}. ${advice}`);
  }
}

/** The most bytes of what a run says about itself. */
const MAX_RECORD = 1 << 20;

/** The ending of a module. */
export const MODULE = /\.m?[jt]s$/;

/**
 * The paths of the modules that an experiment and what it extends use, those of the extended file first, with links as they
 * are. They must be in `folders`.
 * @throws ConfigError for one that does not exist, or is in another folder.
 */
export function namedModules(files: readonly ExperimentFile[], folders: readonly string[]): string[] {
  return files.toReversed().flatMap(({ path, content }) =>
    textsIn(content.uses).map((name) => {
      const module = resolve(folderOf(path), name);
      if (!MODULE.test(name)) {
        throw new ConfigError(
          `${path} uses ${JSON.stringify(name)}, but "uses" lists TypeScript or JavaScript modules, as in ` +
            '["./mine.ts"].',
        );
      }
      if (kindOfInput(module) !== "file") {
        throw new ConfigError(
          `${path} uses ${JSON.stringify(name)}, but there is no file ${module}. Paths in "uses" are relative ` +
            "to the file that they are in.",
        );
      }
      checkReadable(folders, module, path);
      return module;
    })
  );
}

/** The names of the modules that an experiment and what it extends use, relative to the experiment's file. */
export function usedNames([own, ...bases]: readonly ExperimentFile[]): string[] {
  const names = [...bases.toReversed(), own].flatMap(({ path, content }) =>
    textsIn(content.uses).map((name) => {
      if (path === own.path) return name;
      const seen = relative(dirname(own.path), resolve(dirname(path), name)).split(sep).join("/");
      return seen.startsWith(".") ? seen : `./${seen}`;
    })
  );
  return [...new Set(names)];
}

/** The folder that names in an experiment are relative to; of a copy in results, that of the file that was run. */
function folderOf(path: string): string {
  const folder = dirname(path);
  const record = join(folder, "run.json");
  if (basename(path) !== "experiment.json") return folder;
  const bytes = readInput(record, MAX_RECORD);
  const content: unknown = bytes && parseJsonText(decodeText(bytes), MAX_RECORD);
  const file = isJsonObject(content) ? content.file : null;
  return typeof file === "string" ? dirname(resolve(folder, file)) : folder;
}

/** The texts in a list, or a text that should be in one; whatever else the field holds is reported by the schema. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
