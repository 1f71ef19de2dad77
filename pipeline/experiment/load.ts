/** Loads an experiment: reads the file and what it extends, applies overrides, fills in seeds and defaults, checks. */
import { basename } from "node:path";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Experiment } from "../define/experiment.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { type Graph, WiringError } from "../engine/stage/stage_graph.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { withoutUsers } from "../text/secrets.ts";
import { suggestion } from "../text/suggestion.ts";
import { hasHidden, visible } from "../text/visible.ts";
import { chainSchema, defaultChain, graphOf } from "./chain.ts";
import { problemsOf } from "./known_problems.ts";
import { type ExperimentFile, merged, readFiles, usedNames } from "./extends.ts";
import { locateFolders, readableFolders } from "./folders.ts";
import { type Override, segmentsOf, setAt } from "./override.ts";
import { check, type Problem, shown, valueAt } from "./problems.ts";
import type { SweepSection } from "./sweep_schema.ts";
import { experimentSchema, seedPaths, seedSchema } from "./schema.ts";

/** An experiment and where it comes from, as plain data. */
export interface LoadedExperiment {
  /** The file as given on the command line. */
  file: string;
  /** The absolute paths of the file and of those that it extends, each after the one that extends it. */
  files: string[];
  /** The names of the experiment and of those that it extends. */
  names: string[];
  /** What results contain: folders are relative to the file, and web addresses have no passwords. */
  experiment: Experiment;
  /** The stages' params for a run: folders are absolute, and web addresses have their passwords. */
  params: Experiment["pipeline"];
  /** What the command `sweep` varies; null if the file does not say. It is no part of the experiment. */
  sweep: SweepSection | null;
}

/** At most this many problems are shown. */
const MAX_PROBLEMS = 20;

/**
 * Loads one experiment file with overrides. What the file refers to must be in one of `folders`, by default its own
 * and the current one. `files` are the file and those that it extends, if they have been read.
 * @throws ConfigError if a file cannot be read, is not JSON, or is not a valid experiment.
 */
export function loadExperiment(
  pipeline: Pipeline,
  file: string,
  overrides: readonly Override[],
  folders: readonly string[] = readableFolders(file, []),
  files: readonly ExperimentFile[] = readFiles(file, folders),
): LoadedExperiment {
  const raw: Record<string, unknown> = { name: nameOf(files[0]), ...merged(files) };
  if (Array.isArray(raw.uses) && files.length > 1) raw.uses = usedNames(files);
  const stages = pipeline.stages.map(({ name }) => name);
  for (const { path, value } of overrides) {
    checkSettable(path, stages);
    // A copy: a later override may change a part of it, and other runs have the same value.
    setAt(raw, segmentsOf(path, stages), structuredClone(value), `--set ${path}`);
  }

  const reject = (problems: readonly Problem[]): never => {
    const lines = problems.slice(0, MAX_PROBLEMS)
      .map(({ path, message }) => `  ${path}${setBy(path, overrides, stages)}: ${message}`);
    if (problems.length > MAX_PROBLEMS) lines.push("  and more");
    throw new ConfigError(`${file} is not a valid experiment:\n${lines.join("\n")}`);
  };
  const hidden = hiddenTexts(raw);
  if (hidden.length > 0) reject(hidden);
  const { chain = defaultChain(pipeline, Object.keys(Object(raw.pipeline))) } = check(
    chainSchema(pipeline),
    raw,
    reject,
  );
  const given = [...Object.keys(Object(files[0].content.pipeline)), ...overrides.map(({ path }) => path.split(".")[0])];
  const others = stages.filter((name) => !chain.includes(name) && given.includes(name));
  if (others.length > 0) {
    const message = 'not in the chain of this experiment. Add it to "chain".';
    reject(others.map((stage) => ({ path: `pipeline.${stage}`, message: `${stage} is ${message}` })));
  }
  fillIn(raw, chain, pipeline);
  const { $schema: _, extends: __, sweep = null, ...checked } = check(experimentSchema(pipeline, chain), raw, reject);
  if (pipeline.roots.length > 1) checkParams(pipeline, chain, checked, reject);
  // With or without its default chain written out, it is the same experiment.
  checked.chain = [...chain];
  if (JSON.stringify(chain) === JSON.stringify(pipeline.chain)) delete checked.chain;
  const graph = graphFor(pipeline, chain, reject);
  const experiment = checked as Experiment;
  const params = locateFolders(pipeline, file, experiment, folders, (path, instead) => {
    const has = (at: readonly string[]) => files.find(({ content }) => valueAt(content, at) !== undefined);
    const writer = has(valueAt(raw, path) === undefined ? instead : path) ?? files[0];
    return valueAt(writer.content, path) === valueAt(raw, path) ? writer.path : null;
  });
  const problems = problemsOf(pipeline, graph, params);
  if (problems.length > 0) reject(problems);
  const names = [experiment.name, ...files.map(nameOf)];
  return { file, files: files.map(({ path }) => path), names, experiment: withoutUsers(experiment), params, sweep };
}

/** The name that a file gives its experiment, or has. */
function nameOf({ path, content }: ExperimentFile): string {
  return typeof content.name === "string" ? content.name : basename(path).replace(/\.json$/, "");
}

/**
 * Checks what schemas of users make of params: it is part of keys and of what results say about the run, so it must be
 * JSON, and the same when it is read again.
 */
function checkParams(
  pipeline: Pipeline,
  chain: readonly string[],
  checked: Record<string, unknown>,
  reject: (problems: readonly Problem[]) => never,
): void {
  const textOf = (stage: string, experiment: unknown) => {
    try {
      return canonicalJson(valueAt(experiment, ["pipeline", stage]) as Plain);
    } catch (error) {
      const message = `the stage's schema makes values of params that are not JSON: ${(error as Error).message}`;
      return reject([{ path: `pipeline.${stage}`, message }]);
    }
  };
  const texts = chain.map((stage) => textOf(stage, checked));
  const again = experimentSchema(pipeline, chain).safeParse(JSON.parse(JSON.stringify(checked))).data;
  const changed = chain.find((stage, i) => again === undefined || textOf(stage, again) !== texts[i]);
  if (changed === undefined) return;
  const message = "the stage's schema changes params that it has made itself. Change values in run() instead";
  reject([{ path: `pipeline.${changed}`, message }]);
}

function graphFor(
  pipeline: Pipeline,
  chain: readonly string[],
  reject: (problems: readonly Problem[]) => never,
): Graph {
  try {
    return graphOf(pipeline, { chain });
  } catch (error) {
    if (error instanceof WiringError) reject([{ path: "chain", message: error.message }]);
    throw error;
  }
}

/**
 * The texts with control characters, which could forge lines wherever they are printed; a description may have line breaks.
 * The depth of the value is bounded.
 */
function hiddenTexts(value: unknown, path: readonly string[] = []): Problem[] {
  const own = path.length === 1 && path[0] === "about" ? String(value).replaceAll(/[\t\r\n]/g, " ") : value;
  if (typeof own === "string" && hasHidden(own)) {
    const message = `a text without control characters was expected, but found ${visible(shown(own))}`;
    return [{ path: path.join("."), message }];
  }
  if (typeof own !== "object" || own === null) return [];
  return Object.entries(own).flatMap(([key, part]): Problem[] => {
    const at = [...path, visible(key)];
    const message = "a name without control characters was expected; remove them";
    return hasHidden(key) ? [{ path: at.join("."), message }] : hiddenTexts(part, at);
  });
}

/** Adds missing params and seeds for the stages of the chain, and removes inherited params of other stages. */
function fillIn(raw: Record<string, unknown>, chain: readonly string[], pipeline: Pipeline): void {
  if (!isJsonObject(raw.pipeline)) return;
  // An invalid seed is reported once, and not again for every stage.
  const seed = seedSchema.safeParse(raw.seed).data;
  const seeded = seedPaths(pipeline);
  for (const { name } of pipeline.stages) if (!chain.includes(name)) delete raw.pipeline[name];
  for (const stage of chain) {
    if (raw.pipeline[stage] === undefined) raw.pipeline[stage] = {};
    const params = raw.pipeline[stage];
    if (isJsonObject(params) && seed !== undefined && seeded.includes(`${stage}.seed`)) params.seed ??= seed;
  }
}

function checkSettable(path: string, stages: readonly string[]): void {
  const roots = [...stages, "seed", "name", "about", "chain", "sweep"];
  const root = path.split(".")[0];
  if (roots.includes(root)) return;
  throw new ConfigError(
    `--set ${path}: a path starts with a stage or a field of the experiment. ${suggestion(root, roots)}`,
  );
}

function setBy(path: string, overrides: readonly Override[], stages: readonly string[]): string {
  const by = overrides.findLast((one) => `${path}.`.startsWith(`${segmentsOf(one.path, stages).join(".")}.`));
  return by === undefined ? "" : ` (set by --set ${by.path}=${shown(by.value)})`;
}
