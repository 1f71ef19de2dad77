/** Reads an experiment file, and the files that it extends. */
import { basename, dirname, resolve } from "node:path";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { MOST_CHARACTERS, parseJsonText } from "./json_text.ts";
import { mustLieIn } from "./folders.ts";

/** A file as it is written. */
export interface ExperimentFile {
  /** Absolute. */
  path: string;
  content: Readonly<Record<string, unknown>>;
}

/** A longer chain of files that extend each other is refused. */
const MOST_FILES = 32;

/**
 * The file, and those that it extends, one after the other. All but the first must lie in `places`.
 * @throws ConfigError when a file cannot be read, is not a JSON object, lies elsewhere, or extends itself.
 */
export function readFiles(file: string, places: readonly string[]): ExperimentFile[] {
  const files: ExperimentFile[] = [];
  for (let next: string | null = file; next !== null;) {
    const path = resolve(next);
    const by = files.at(-1)?.path;
    if (files.some((one) => one.path === path)) {
      const round = [...files.map((one) => one.path), path].map((one) => basename(one));
      throw new ConfigError(`${next} extends itself: ${round.join(" → ")}.`);
    }
    if (files.length === MOST_FILES) {
      throw new ConfigError(`${file} extends a chain of more than ${MOST_FILES} files.`);
    }
    if (by !== undefined) mustLieIn(places, next, by);
    const content = readJson(next, by);
    files.push({ path, content });
    next = typeof content.extends === "string" ? resolve(dirname(path), content.extends) : null;
  }
  return files;
}

/** What the files say together: the values of a file before those of the file that it extends, whose name is its own. */
export function merged([{ content }, ...bases]: readonly ExperimentFile[]): Record<string, unknown> {
  const base = bases.reduceRight((base, { content }) => merge(base, content), {} as Record<string, unknown>);
  delete base.name;
  // A copy, so that overrides leave the files' contents as they are.
  return structuredClone(merge(base, content));
}

/** `own` over `base`: objects field by field, anything else as a whole. */
function merge(base: Record<string, unknown>, own: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    const before = fields.get(key);
    fields.set(key, isJsonObject(value) && isJsonObject(before) ? merge(before, value) : value);
  }
  // Own fields, whatever their names: "__proto__" is an unknown field like any other.
  return Object.fromEntries(fields);
}

function readJson(file: string, by: string | undefined): Record<string, unknown> {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    const advice = by === undefined
      ? "The experiments that come with Retrace are in experiments/."
      : `${by} extends it; the path in "extends" is relative to that file.`;
    throw new ConfigError(`Cannot read the experiment ${file}: ${reason}. ${advice}`);
  }
  try {
    const value = parseJsonText(text);
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw new ConfigError(`${file} is not JSON: ${(error as Error).message}. Correct the file there.`);
  }
  throw new ConfigError(`${file} must hold a JSON object, { "name": …, "pipeline": … }.`);
}

/** @throws Error when it is not a file, or too long for an experiment. */
function readText(file: string): string {
  const { isFile, size } = Deno.statSync(file);
  if (!isFile) throw new Error("it is not a file");
  if (size > MOST_CHARACTERS) throw new Error(`it has ${size} bytes; an experiment has at most ${MOST_CHARACTERS}`);
  return Deno.readTextFileSync(file);
}
