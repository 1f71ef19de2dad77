/** Finds the runs that `compare` is given: by their names, folders, globs, and by experiment files. */
import { basename, join, resolve } from "node:path";
import type { Pipeline } from "../define/pipeline.ts";
import { ResultsError } from "../engine/run_errors.ts";
import { isExperimentFile, loadExperiment } from "../experiment/load.ts";
import { seedPaths } from "../experiment/schema.ts";
import { differingPaths, paramsOf, spelling } from "./flat_params.ts";
import { expandGlob, isFolder, isGlob } from "./glob.ts";
import { type FoundRun, holdsRun, readRun } from "./stored_runs.ts";

/** Where runs are looked for. */
export interface Places {
  pipeline: Pipeline;
  /** The folder in which each run has its own. */
  results: string;
  /** Folders that experiment files may name beside their own. */
  data?: readonly string[];
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
 * Finds runs. A name or a folder is one run; an experiment file is its experiment, over all seeds that were run; a glob is
 * everything that it matches. A folder that only a glob or a file led to and that holds no whole run is left out with a
 * warning.
 * @throws ResultsError when a run that was named is missing or damaged, or when nothing is found.
 * @throws ConfigError when an experiment file is not one.
 */
export function findRuns(names: readonly string[], places: Places): FoundRuns {
  const warnings: string[] = [];
  const found = new Map<string, FoundRun>();
  // `experiments/*.json` also names the files beside the experiments.
  const wanted = names.filter(isExperimentFile);
  for (const name of wanted.length > 0 ? wanted : names) {
    let own = 0;
    for (const { folder, named, config } of placesOf(name, places)) {
      const run = readRun(folder);
      if (typeof run !== "string") {
        own++;
        const key = resolve(folder);
        if (!found.has(key)) found.set(key, run);
        if (config !== undefined) warnings.push(...outdated(run, config, places));
      } else if (named) throw new ResultsError(`${run}. Run the experiment again to have it rewritten.`);
      else warnings.push(`${run}; ${folder} is left out.`);
    }
    if (own === 0) throw new ResultsError([...warnings, nothingOf(name, places.results)].join("\n"));
  }
  return { runs: withDifferentNames([...found.values()]), warnings: [...new Set(warnings)] };
}

function placesOf(name: string, places: Places): Place[] {
  if (name.endsWith(".json") && !isGlob(name)) return placesOfConfig(name, places);
  const path = name.replace(/\/+$/, "") || "/";
  const candidates = [join(places.results, path), path];
  if (!isGlob(name)) {
    const folder = candidates.find((folder) => holdsRun(folder));
    return folder === undefined ? [] : [{ folder, named: true }];
  }
  for (const candidate of candidates) {
    const found = expandGlob(candidate).flatMap((path): Place[] => {
      if (isFolder(path)) return [{ folder: path, named: false }];
      return path.endsWith(".json") && isExperimentFile(path) ? placesOfConfig(path, places) : [];
    });
    if (found.length > 0) return found;
  }
  return [];
}

/** The folders of an experiment: its run, and those of its other seeds, in the order of the seeds. */
function placesOfConfig(config: string, { pipeline, results, data }: Places): Place[] {
  const { name, seed } = loadExperiment(pipeline, config, [], data).experiment;
  const seedOf = (folder: string) => Number(/@seed=(\d+)$/.exec(folder)?.[1] ?? seed);
  return [join(results, name), ...expandGlob(join(results, `${name}@seed=*`))]
    .filter((folder) => (basename(folder) === name || /@seed=\d+$/.test(folder)) && holdsRun(folder))
    .sort((a, b) => seedOf(a) - seedOf(b))
    .map((folder) => ({ folder, named: false, config }));
}

/** What the experiment file says now and did not say when the run was made. */
function outdated({ experiment, folder }: FoundRun, config: string, { pipeline, data }: Places): string[] {
  const now = loadExperiment(pipeline, config, [], data).experiment;
  const written = JSON.parse(JSON.stringify(now.pipeline)) as FoundRun["experiment"]["pipeline"];
  const [old, fresh] = [paramsOf(experiment), paramsOf({ seed: now.seed, pipeline: written })];
  const seeds = seedPaths(pipeline);
  const changes = differingPaths([old, fresh], seeds).filter((path) => !seeds.includes(path))
    .map((path) => `${path} ${spelling(old.get(path))} → ${spelling(fresh.get(path))}`);
  return changes.length === 0 ? [] : [`${folder} was made before ${config} changed: ${changes.join(", ")}.`];
}

/** Runs of the same name in different places go by their folders. */
function withDifferentNames(runs: readonly FoundRun[]): FoundRun[] {
  const counts = Map.groupBy(runs, ({ name }) => name);
  return runs.map((run) => (counts.get(run.name)!.length > 1 ? { ...run, name: run.folder } : run));
}

function nothingOf(name: string, results: string): string {
  if (isGlob(name)) return `No run matches ${name}, neither in ${results} nor as a path.`;
  const isConfig = name.endsWith(".json");
  const run = basename(name.replace(/\/+$/, ""));
  const places = isConfig ? `${results}/` : [join(results, name), name].join(" or ");
  const config = isConfig ? name : `experiments/${run.split("@")[0]}.json`;
  return `There are no results of ${isConfig ? name : run}: no experiment.json and metrics.json in ${places}. ` +
    `Run it first: deno task run ${config}.`;
}
