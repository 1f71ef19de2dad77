/** Loads an experiment: reads the file and what it extends, applies overrides, fills in seeds and defaults, checks it all. */
import { basename } from "node:path";
import type { Experiment } from "../define/experiment.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { WiringError } from "../engine/stage/stage_graph.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { suggestion } from "../text/suggestion.ts";
import { chainSchema, graphOf } from "./chain.ts";
import { merged, readFiles } from "./extends.ts";
import { locateFolders, placesOf } from "./folders.ts";
import { type Override, segmentsOf, setAt } from "./override.ts";
import { check, type Problem, shown, valueAt } from "./problems.ts";
import { experimentSchema, seedPaths, seedSchema } from "./schema.ts";

/** An experiment and where it came from; plain data. */
export interface LoadedExperiment {
  /** The file as it was named on the command line. */
  file: string;
  /** The absolute paths of the file, and of those that it extends, one after the other. */
  files: string[];
  /** Folders in it are relative to the file. */
  experiment: Experiment;
  /** The stages' params as a run takes them: folders are absolute. */
  params: Experiment["pipeline"];
}

/** Problems beyond this many are not shown. */
const MOST_PROBLEMS = 20;

/**
 * Loads one experiment file with overrides. What the file names must lie in its own folder, in the current one, or in
 * one of `data`.
 * @throws ConfigError when a file cannot be read, is not JSON, or is not an experiment that can run.
 */
export function loadExperiment(
  pipeline: Pipeline,
  file: string,
  overrides: readonly Override[],
  data: readonly string[] = [],
): LoadedExperiment {
  const places = placesOf(file, data);
  const files = readFiles(file, places);
  const raw: Record<string, unknown> = { name: basename(file).replace(/\.json$/, ""), ...merged(files) };
  const stages = pipeline.stages.map(({ name }) => name);
  for (const { path, value } of overrides) {
    mustBeSettable(path, stages);
    setAt(raw, segmentsOf(path, stages), value, `--set ${path}`);
  }

  const refuse = (problems: readonly Problem[]): never => {
    const lines = problems.slice(0, MOST_PROBLEMS)
      .map(({ path, message }) => `  ${path}${setBy(path, overrides, stages)}: ${message}`);
    if (problems.length > MOST_PROBLEMS) lines.push("  and more");
    throw new ConfigError(`${file} is not an experiment that can run:\n${lines.join("\n")}`);
  };
  const { chain = pipeline.chain } = check(chainSchema(pipeline), raw, refuse);
  const given = [...Object.keys(Object(files[0].content.pipeline)), ...overrides.map(({ path }) => path.split(".")[0])];
  const others = stages.filter((name) => !chain.includes(name) && given.includes(name));
  if (others.length > 0) refuse(others.map(notInChain));
  fillIn(raw, chain, pipeline);
  const { $schema: _, extends: __, ...checked } = check(experimentSchema(pipeline, chain), raw, refuse);
  // Whether the default chain is written or not, it is the same experiment.
  if (JSON.stringify(chain) === JSON.stringify(pipeline.chain)) delete checked.chain;
  try {
    graphOf(pipeline, { chain });
  } catch (error) {
    if (error instanceof WiringError) refuse([{ path: "chain", message: error.message }]);
    throw error;
  }
  const experiment = checked as Experiment;
  const params = locateFolders(pipeline, file, experiment, places, (path) => {
    const writer = files.find(({ content }) => valueAt(content, path) !== undefined) ?? files[0];
    return valueAt(writer.content, path) === valueAt(raw, path) ? writer.path : null;
  });
  return { file, files: files.map(({ path }) => path), experiment, params };
}

/** False for files that lie beside experiments and are none: their JSON Schema, and the digests expected of them. */
export function isExperimentFile(path: string): boolean {
  return !path.endsWith(".schema.json") && !/^(.*\.)?expected\.json$/.test(basename(path));
}

function notInChain(stage: string): Problem {
  const message = `${stage} is not in the chain of this experiment: add it to "chain".`;
  return { path: `pipeline.${stage}`, message };
}

/**
 * Gives every stage of the chain params, and the experiment's seed to those that take one and have none. Params of other
 * stages, which come from a file that is extended, are dropped.
 */
function fillIn(raw: Record<string, unknown>, chain: readonly string[], pipeline: Pipeline): void {
  if (!isJsonObject(raw.pipeline)) return;
  // A seed that is wrong is reported once, not once more for each stage.
  const seed = seedSchema.safeParse(raw.seed).data;
  const seeded = seedPaths(pipeline);
  for (const { name } of pipeline.stages) if (!chain.includes(name)) delete raw.pipeline[name];
  for (const stage of chain) {
    if (raw.pipeline[stage] === undefined) raw.pipeline[stage] = {};
    const params = raw.pipeline[stage];
    if (isJsonObject(params) && seed !== undefined && seeded.includes(`${stage}.seed`)) params.seed ??= seed;
  }
}

function mustBeSettable(path: string, stages: readonly string[]): void {
  const roots = [...stages, "seed", "name", "about", "chain"];
  const root = path.split(".")[0];
  if (roots.includes(root)) return;
  throw new ConfigError(
    `--set ${path}: a path starts at a stage or at a field of the experiment. ${suggestion(root, roots)}`,
  );
}

function setBy(path: string, overrides: readonly Override[], stages: readonly string[]): string {
  const by = overrides.findLast((one) => `${path}.`.startsWith(`${segmentsOf(one.path, stages).join(".")}.`));
  return by === undefined ? "" : ` (set by --set ${by.path}=${shown(by.value)})`;
}
