/** Finds the runs that `compare` is given: by their names, folders, globs, and by experiment files. */
import { basename, join, resolve } from "node:path";
import { parseBoundedJson } from "../engine/store/bounded_json.ts";
import { ResultsError } from "../engine/run_errors.ts";
import type { FinishedRun } from "./compare_runs.ts";
import { differingPaths, paramsOf, SEEDS, spelling } from "./flat_params.ts";
import { readFile } from "../results/folder.ts";
import { expandGlob, isGlob } from "./glob.ts";

/** Figures for 256 classes take a hundredth of it. */
const MOST_CHARACTERS = 1 << 26;

/** A finished run and where it lies. */
export interface FoundRun extends FinishedRun {
  folder: string;
}

/** The runs that were found, each once, and what is to be said of others. */
export interface FoundRuns {
  runs: FoundRun[];
  warnings: string[];
}

/** A folder that a name stands for. */
interface Place {
  folder: string;
  /** Whether the name means this folder and no other: then it must hold a run. */
  named: boolean;
  /** The experiment file that led here. */
  config?: string;
}

/**
 * Finds runs. A name or a folder is one run; an experiment file is its experiment, over all seeds that were run; a glob
 * is all that it fits. A folder that only a glob or a file led to and that holds no whole run is left out with a warning.
 * Experiment files may name what lies in one of the folders `data` besides their own.
 * @throws ResultsError when a run that was named is not there or is damaged, or when nothing is found.
 * @throws ConfigError when an experiment file is none.
 */
export async function findRuns(
  names: readonly string[],
  results: string,
  data: readonly string[] = [],
): Promise<FoundRuns> {
  const warnings: string[] = [];
  const found = new Map<string, FoundRun>();
  // `experiments/*.json` also names what lies beside the experiments.
  const wanted = names.filter((name) => !isBesideExperiments(name));
  for (const name of wanted.length > 0 ? wanted : names) {
    let own = 0;
    for (const { folder, named, config } of await placesOf(name, results, data)) {
      const run = readRun(folder);
      if (typeof run !== "string") {
        own++;
        const key = resolve(folder);
        if (!found.has(key)) found.set(key, run);
        if (config !== undefined) warnings.push(...await outdated(run, config, data));
      } else if (named) throw new ResultsError(`${run}. Run the experiment again to have it rewritten.`);
      else warnings.push(`${run}; ${folder} is left out.`);
    }
    if (own === 0) throw new ResultsError([...warnings, nothingOf(name, results)].join("\n"));
  }
  return { runs: withDifferentNames([...found.values()]), warnings: [...new Set(warnings)] };
}

/** All whole runs that lie in a results folder, by their names; none where there is no such folder. */
export function runsIn(results: string): FoundRun[] {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(results)];
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return [];
  }
  const names = entries.filter(({ isDirectory, name }) => isDirectory && !name.startsWith(".")).map(({ name }) => name);
  return names.sort().flatMap((name) => {
    const run = readRun(join(results, name));
    return typeof run === "string" ? [] : [run];
  });
}

function isBesideExperiments(name: string): boolean {
  return name.endsWith(".schema.json") || /^(.*\.)?expected\.json$/.test(basename(name));
}

async function placesOf(name: string, results: string, data: readonly string[]): Promise<Place[]> {
  if (name.endsWith(".json") && !isGlob(name)) return await placesOfConfig(name, results, data);
  const path = name.replace(/\/+$/, "") || "/";
  const candidates = [join(results, path), path];
  if (isGlob(name)) {
    const places: Place[] = [];
    for (const candidate of candidates) {
      for (const { path, isFolder } of expandGlob(candidate)) {
        if (isFolder) places.push({ folder: path, named: false });
        else if (path.endsWith(".json") && !isBesideExperiments(path)) {
          places.push(...await placesOfConfig(path, results, data));
        }
      }
      if (places.length > 0) return places;
    }
    return places;
  }
  const folder = candidates.find((folder) => holdsRun(folder));
  return folder === undefined ? [] : [{ folder, named: true }];
}

/** The folders of an experiment: its run, and those of its other seeds, in the order of the seeds. */
async function placesOfConfig(config: string, results: string, data: readonly string[]): Promise<Place[]> {
  // The schema of experiments is heavy; runs that are named by their folders do without.
  const { loadExperiment } = await import("../experiment/load.ts");
  const { name, seed } = loadExperiment(config, [], data).experiment;
  const seedOf = (folder: string) => Number(/@seed=(\d+)$/.exec(folder)?.[1] ?? seed);
  return [join(results, name), ...expandGlob(join(results, `${name}@seed=*`)).map(({ path }) => path)]
    .filter((folder) => (basename(folder) === name || /@seed=\d+$/.test(folder)) && holdsRun(folder))
    .sort((a, b) => seedOf(a) - seedOf(b))
    .map((folder) => ({ folder, named: false, config }));
}

function holdsRun(folder: string): boolean {
  return ["experiment.json", "metrics.json"].some((file) => readText(folder, file) !== null);
}

/** Reads the two files that a comparison needs, and no more; a text says what is wrong with them. */
function readRun(folder: string): FoundRun | string {
  const texts = ["experiment.json", "metrics.json"].map((file) => readText(folder, file));
  if (texts[0] === null && texts[1] === null) return `${folder} holds no run: it has no experiment.json`;
  const values: Record<string, unknown>[] = [];
  for (const [i, file] of ["experiment.json", "metrics.json"].entries()) {
    if (texts[i] === null) return `${join(folder, file)} is missing`;
    const value = jsonOrNull(texts[i]);
    if (!isObject(value)) return `${join(folder, file)} is damaged: it is not a JSON object`;
    values.push(value);
  }
  const [experiment, metrics] = values;
  if (typeof experiment.seed !== "number" || !isObject(experiment.pipeline)) {
    return `${join(folder, "experiment.json")} is no experiment: it must hold a "seed" and a "pipeline"`;
  }
  return { name: basename(resolve(folder)), folder, experiment: experiment as FoundRun["experiment"], metrics };
}

function readText(folder: string, file: string): string | null {
  try {
    const bytes = readFile(folder, file);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  } catch {
    return null;
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return parseBoundedJson(text, MOST_CHARACTERS);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the experiment file says now and did not say when the run was made. */
async function outdated(
  { experiment, folder }: FoundRun,
  config: string,
  data: readonly string[],
): Promise<string[]> {
  const { loadExperiment } = await import("../experiment/load.ts");
  const now = loadExperiment(config, [], data).experiment;
  const pipeline = JSON.parse(JSON.stringify(now.pipeline)) as FoundRun["experiment"]["pipeline"];
  const [old, fresh] = [paramsOf(experiment), paramsOf({ seed: now.seed, pipeline })];
  const changes = differingPaths([old, fresh]).filter((path) => !SEEDS.includes(path))
    .map((path) => `${path} ${spelling(old.get(path))} → ${spelling(fresh.get(path))}`);
  return changes.length === 0 ? [] : [`${folder} was made before ${config} changed: ${changes.join(", ")}.`];
}

/** Runs of the same name in different places go by their folders. */
function withDifferentNames(runs: readonly FoundRun[]): FoundRun[] {
  const counts = new Map<string, number>();
  for (const { name } of runs) counts.set(name, (counts.get(name) ?? 0) + 1);
  return runs.map((run) => (counts.get(run.name)! > 1 ? { ...run, name: run.folder } : run));
}

function nothingOf(name: string, results: string): string {
  if (isGlob(name)) return `No run fits ${name}, neither in ${results} nor as a path.`;
  const isConfig = name.endsWith(".json");
  const run = basename(name.replace(/\/+$/, ""));
  const places = isConfig ? `${results}/` : [join(results, name), name].join(" or ");
  const config = isConfig ? name : `experiments/${run.split("@")[0]}.json`;
  return `There are no results of ${isConfig ? name : run}: no experiment.json and metrics.json in ${places}. ` +
    `Run it first: deno task run ${config}.`;
}
