/** Loads an experiment: reads the file and what it extends, applies overrides, fills in seeds and defaults, checks it all. */
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { isJsonObject as isObject } from "../engine/store/bounded_json.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { FILE_ROLES, MNIST } from "../classifier/datasets/mnist.ts";
import { graph } from "../classifier/stages/mod.ts";
import { inWords, problemsOf } from "./problems.ts";
import { MOST_CHARACTERS, parseJsonText } from "./json_text.ts";
import { suggestion } from "../text/suggestion.ts";
import { applyOverride, type JsonObject, type Override, segmentsOf } from "./override.ts";
import { folderOf, mustLieIn, placesOf } from "./readable_folders.ts";
import { type Experiment, experimentJsonSchema, experimentSchema } from "./schema.ts";

/** An experiment and where it came from. */
export interface LoadedExperiment {
  /** The file as it was named on the command line. */
  file: string;
  /** The file, and those that it extends, one after the other. */
  files: string[];
  experiment: Experiment;
}

const STAGES = graph.map((stage) => stage.name);
/** The stages whose `seed` the experiment's seed stands in for. */
const SEEDED = ["batch", "train"];
/** More files that extend each other are taken for a trap. */
const MOST_FILES = 32;
/** Problems beyond this many are not shown. */
const MOST_PROBLEMS = 20;

/**
 * Loads one experiment file with overrides. What the file names must lie in its own folder, in the current one, or in
 * one of `data`.
 * @throws ConfigError when a file cannot be read, is not JSON, or says something that is not an experiment.
 */
export function loadExperiment(
  file: string,
  overrides: readonly Override[],
  data: readonly string[] = [],
): LoadedExperiment {
  const places = placesOf(file, data);
  const files: string[] = [];
  const raw = readWithBase(file, files, places);
  const written = sourcePathOf(raw);
  raw.name ??= basename(file).replace(/\.json$/, "");
  for (const override of overrides) {
    mustBeKnownRoot(override);
    applyOverride(raw, override, STAGES);
  }
  fillSeeds(raw);
  const result = experimentSchema.safeParse(raw);
  if (result.success) {
    const { extends: _, $schema: __, ...experiment } = result.data;
    // A path that --set gives is the user's own word.
    if (sourcePathOf(raw) === written) mustHaveDataIn(places, { file, experiment });
    return { file, files, experiment };
  }
  const problems = problemsOf(result.error, raw, experimentJsonSchema());
  const lines = problems.slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `  ${path}${sourceOf(path, overrides)}: ${message}`);
  if (problems.length > MOST_PROBLEMS) lines.push("  and more");
  throw new ConfigError(`${file} is not an experiment that can run:\n${lines.join("\n")}`);
}

/** False for the files that lie beside experiments and are none: their JSON Schema, and the digests expected of them. */
export function isExperimentFile(path: string): boolean {
  return !path.endsWith(".schema.json") && !/^(.*\.)?expected\.json$/.test(basename(path));
}

/** The experiment's params for the runner: as written, but with the path of a `file` source made absolute. */
export function paramsForRun(
  { file, experiment }: Pick<LoadedExperiment, "file" | "experiment">,
): Record<string, unknown> {
  const { source } = experiment.pipeline.download;
  if (source.from !== "file" || source.path.startsWith("file:")) return experiment.pipeline;
  const path = folderOf(file, source.path);
  return { ...experiment.pipeline, download: { ...experiment.pipeline.download, source: { ...source, path } } };
}

/** The folder of a `file` source, and each of its files: a link in the folder may lead out of it. */
function mustHaveDataIn(
  places: readonly string[],
  { file, experiment }: Pick<LoadedExperiment, "file" | "experiment">,
): void {
  const { source, files = MNIST } = experiment.pipeline.download;
  if (source.from !== "file") return;
  const folder = folderOf(file, source.path);
  const names = FILE_ROLES.map((role) => files[role].name).flatMap((name) => [name, `${name}.gz`]);
  mustLieIn(places, folder, file, (real) => real);
  for (const name of names) mustLieIn(places, join(folder, name), file);
}

/** `chain` are the files that extend this one; it ends with this one and all that it extends. */
function readWithBase(file: string, chain: string[], places: readonly string[]): JsonObject {
  const path = resolve(file);
  if (chain.includes(path)) {
    throw new ConfigError(`${file} extends itself: ${[...chain, path].map((p) => basename(p)).join(" → ")}.`);
  }
  if (chain.length === MOST_FILES) {
    throw new ConfigError(`${chain[0]} extends more than ${MOST_FILES} files, one after the other.`);
  }
  if (chain.length > 0) mustLieIn(places, file, chain[chain.length - 1]);
  const own = readJson(file, chain);
  chain.push(path);
  if (typeof own.extends !== "string") return own;
  const baseFile = resolve(dirname(file), own.extends);
  const { name: _, ...base } = readWithBase(baseFile, chain, places);
  return merge(seenFrom(dirname(path), base, dirname(baseFile)), own);
}

/** `base`, which is in the folder `from`, with the path of its `file` source as it is seen from the folder `to`. */
function seenFrom(to: string, base: JsonObject, from: string): JsonObject {
  const written = sourcePathOf(base);
  if (written === null || isAbsolute(written) || written.startsWith("file:")) return base;
  const path = relative(to, resolve(from, written)).split(sep).join("/") || ".";
  return merge(base, { pipeline: { download: { source: { path } } } });
}

/** The path of the `file` source as it is written; null when there is none. */
function sourcePathOf(raw: JsonObject): string | null {
  let at: unknown = raw;
  for (const name of ["pipeline", "download", "source", "path"]) at = isObject(at) ? at[name] : undefined;
  return typeof at === "string" ? at : null;
}

function readJson(file: string, chain: readonly string[]): JsonObject {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    const advice = chain.length > 0
      ? `${chain[chain.length - 1]} extends it; the path in "extends" is relative to that file.`
      : "The experiments that come with Retrace are in experiments/.";
    throw new ConfigError(`Cannot read the experiment ${file}: ${reason}. ${advice}`);
  }
  try {
    const value = parseJsonText(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw new ConfigError(`${file} is not JSON: ${(error as Error).message}. Correct the file there.`);
  }
  throw new ConfigError(`${file} must hold a JSON object, { "name": …, "pipeline": … }.`);
}

/** @throws Error when it is no file, or one that is too long for an experiment. */
function readText(file: string): string {
  const { isFile, size } = Deno.statSync(file);
  if (!isFile) throw new Error("it is not a file");
  if (size > MOST_CHARACTERS) throw new Error(`it has ${size} bytes; an experiment has at most ${MOST_CHARACTERS}`);
  return Deno.readTextFileSync(file);
}

/** `own` over `base`: objects field by field, anything else as a whole. */
function merge(base: JsonObject, own: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    const before = merged.get(key);
    merged.set(key, isObject(value) && isObject(before) ? merge(before, value) : value);
  }
  // Fields of its own, whatever they are called: "__proto__" is a field that no experiment has.
  return Object.fromEntries(merged);
}

function fillSeeds(raw: JsonObject): void {
  // A seed that is none is complained of once, not once more for each stage.
  if (!isObject(raw.pipeline) || !experimentSchema.shape.seed.safeParse(raw.seed).success) return;
  for (const stage of SEEDED) {
    const params = raw.pipeline[stage] ??= {};
    if (isObject(params) && raw.seed !== undefined) params.seed ??= raw.seed;
  }
}

function mustBeKnownRoot({ path }: Override): void {
  const roots = [...STAGES, "seed", "name", "about"];
  const root = path.split(".")[0];
  if (roots.includes(root)) return;
  throw new ConfigError(
    `--set ${path}: a path starts at a stage or at a field of the experiment. ${suggestion(root, roots)}`,
  );
}

function sourceOf(path: string, overrides: readonly Override[]): string {
  const by = overrides.findLast((override) => `${path}.`.startsWith(`${segmentsOf(override.path, STAGES).join(".")}.`));
  return by === undefined ? "" : ` (set by --set ${by.path}=${inWords(by.value)})`;
}
