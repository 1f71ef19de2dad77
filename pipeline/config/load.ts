/** Loads an experiment: reads the file and what it extends, applies overrides, fills in seeds and defaults, checks it all. */
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { ConfigError } from "../errors.ts";
import { graph } from "../stages/mod.ts";
import { inWords, problemsOf } from "./issues.ts";
import { parseJsonText } from "./json_text.ts";
import { suggestion } from "./nearest.ts";
import { applyOverride, type JsonObject, type Override, segmentsOf } from "./override.ts";
import { type Experiment, experimentJsonSchema, experimentSchema } from "./schema.ts";

/** An experiment and where it came from. */
export interface LoadedExperiment {
  /** The file as it was named on the command line. */
  file: string;
  experiment: Experiment;
}

const STAGES = graph.map((stage) => stage.name);
/** The stages whose `seed` the experiment's seed stands in for. */
const SEEDED = ["batch", "train"];

/**
 * Loads one experiment file with overrides.
 * @throws ConfigError when a file cannot be read, is not JSON, or says something that is not an experiment.
 */
export function loadExperiment(file: string, overrides: readonly Override[]): LoadedExperiment {
  const raw = readWithBase(file, []);
  raw.name ??= basename(file).replace(/\.json$/, "");
  for (const override of overrides) {
    mustBeKnownRoot(override);
    applyOverride(raw, override, STAGES);
  }
  fillSeeds(raw);
  const result = experimentSchema.safeParse(raw);
  if (result.success) {
    const { extends: _, $schema: __, ...experiment } = result.data;
    return { file, experiment };
  }
  const problems = problemsOf(result.error, raw, experimentJsonSchema());
  const lines = problems.map(({ path, message }) => `  ${path}${sourceOf(path, overrides)}: ${message}`);
  throw new ConfigError(`${file} is not an experiment that can run:\n${lines.join("\n")}`);
}

/** False for the files that lie beside experiments and are none: their JSON Schema, and the digests expected of them. */
export function isExperimentFile(path: string): boolean {
  return !path.endsWith(".schema.json") && !/^(.*\.)?expected\.json$/.test(basename(path));
}

/** The experiment's params for the runner: as written, but with the path of a `file` source made absolute. */
export function paramsForRun({ file, experiment }: LoadedExperiment): Record<string, unknown> {
  const { source } = experiment.pipeline.download;
  if (source.from !== "file" || source.path.startsWith("file:")) return experiment.pipeline;
  const path = resolve(dirname(file), source.path);
  return { ...experiment.pipeline, download: { ...experiment.pipeline.download, source: { ...source, path } } };
}

function readWithBase(file: string, chain: readonly string[]): JsonObject {
  const path = resolve(file);
  if (chain.includes(path)) {
    throw new ConfigError(`${file} extends itself: ${[...chain, path].map((p) => basename(p)).join(" → ")}.`);
  }
  const own = readJson(file, chain);
  if (typeof own.extends !== "string") return own;
  const baseFile = resolve(dirname(file), own.extends);
  const { name: _, ...base } = readWithBase(baseFile, [...chain, path]);
  return merge(seenFrom(dirname(path), base, dirname(baseFile)), own);
}

/** `base`, which is in the folder `from`, with the path of its `file` source as it is seen from the folder `to`. */
function seenFrom(to: string, base: JsonObject, from: string): JsonObject {
  const source = [base.pipeline, "download", "source"].reduce((at, name) =>
    isObject(at) ? at[name as string] : undefined
  );
  if (!isObject(source) || typeof source.path !== "string") return base;
  if (isAbsolute(source.path) || source.path.startsWith("file:")) return base;
  const path = relative(to, resolve(from, source.path)).split(sep).join("/") || ".";
  return merge(base, { pipeline: { download: { source: { path } } } });
}

function readJson(file: string, chain: readonly string[]): JsonObject {
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
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

/** `own` over `base`: objects field by field, anything else as a whole. */
function merge(base: JsonObject, own: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(own)) {
    merged[key] = isObject(value) && isObject(base[key]) ? merge(base[key] as JsonObject, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
