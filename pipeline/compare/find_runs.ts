/** Finds the runs that `compare` is given: by names, folders, globs and experiment files. */
import { basename, join, resolve } from "node:path";
import type { Pipeline } from "../define/define_pipeline.ts";
import { ResultsError } from "../engine/run_errors.ts";
import { isExperimentFile } from "../experiment/extends.ts";
import { readableFolders } from "../experiment/folders.ts";
import { loadExperiment } from "../experiment/load.ts";
import { seedPaths } from "../experiment/schema.ts";
import { differingPaths, paramsOf, spelling } from "./flat_params.ts";
import { isGlob } from "./glob.ts";
import { isRunFolder } from "../results/folder.ts";
import { unfinishedRun, unfinishedText } from "../results/unfinished_run.ts";
import { type FoundRun, holdsRun, readRun } from "./stored_runs.ts";
import { begunRuns, type FoundUnfinished, isBegun } from "./unfinished_runs.ts";

/** Where runs are searched for. */
export interface Locations {
  pipeline: Pipeline;
  /** The folder in which each run has its own. */
  results: string;
  /** Folders, besides their own, that experiment files may refer to. */
  data?: readonly string[];
}

/** The runs that were found, each once, those that were begun but not finished, and warnings about others. */
export interface FoundRuns {
  runs: FoundRun[];
  unfinished: FoundUnfinished[];
  warnings: string[];
}

/** A folder that a name leads to, and the experiment file that led there. If `named`, it must hold a run. */
interface Candidate {
  folder: string;
  named?: boolean;
  config?: string;
}

/**
 * Finds runs. A name or a folder is one run; an experiment file is its experiment, over all seeds that were run; a glob is
 * everything that it matches. A folder from a glob or a file that holds no complete run is skipped with a warning. A run
 * that has no results because it failed, was stopped or is in progress is found as that.
 * @throws ResultsError if a named run is missing or damaged, or no results are found.
 * @throws ConfigError if an experiment file is not valid.
 */
export function findRuns(names: readonly string[], locations: Locations): FoundRuns {
  const warnings: string[] = [];
  const found = new Map<string, FoundRun>();
  const unfinished = new Map<string, FoundUnfinished>();
  // `experiments/*.json` also matches the files next to the experiments.
  const wanted = names.filter(isExperimentFile);
  for (const name of wanted.length > 0 ? wanted : names) {
    let isEmpty = true;
    for (const { folder, named, config } of candidatesOf(name, locations)) {
      const run = readRun(folder);
      const last = unfinishedRun(folder);
      if (last !== null && !holdsRun(folder)) {
        isEmpty = false;
        unfinished.set(resolve(folder), { ...last, name: basename(folder), folder, named: named ?? false });
        continue;
      }
      if (last !== null) warnings.push(`The last run of ${folder} ${unfinishedText(last)}; the results are older.`);
      if (typeof run !== "string") {
        isEmpty = false;
        const path = resolve(folder);
        if (!found.has(path)) found.set(path, run);
        if (config !== undefined) warnings.push(...outdated(run, config, locations));
      } else if (named) throw new ResultsError(`${run}. Run the experiment again to have it rewritten.`);
      else warnings.push(`${run}; ${folder} is left out.`);
    }
    if (isEmpty) throw new ResultsError([...warnings, nothingOf(name, locations.results)].join("\n"));
  }
  if (found.size === 0) {
    const lines = [...unfinished.values()].map((one) => `${one.name} has no results: it ${unfinishedText(one)}`);
    throw new ResultsError([...warnings, ...lines].join("\n"));
  }
  // Runs of the same name in different places go by their folders.
  const counts = Map.groupBy(found.values(), ({ name }) => name);
  const runs = [...found.values()].map((run) => counts.get(run.name)!.length > 1 ? { ...run, name: run.folder } : run);
  return { runs, unfinished: [...unfinished.values()], warnings: [...new Set(warnings)] };
}

function candidatesOf(name: string, locations: Locations): Candidate[] {
  if (name.endsWith(".json") && !isGlob(name)) return runsOfConfig(name, locations);
  const path = name.replace(/\/+$/, "") || "/";
  const paths = [join(locations.results, path), path];
  if (!isGlob(name)) return paths.filter(isBegun).slice(0, 1).map((folder) => ({ folder, named: true }));
  for (const pattern of paths) {
    const found = begunRuns(pattern).flatMap((path): Candidate[] => {
      if (isRunFolder(path) || unfinishedRun(path) !== null) return [{ folder: path }];
      return path.endsWith(".json") && isExperimentFile(path) ? runsOfConfig(path, locations) : [];
    });
    if (found.length > 0) return found;
  }
  return [];
}

/** The folders of an experiment: its run, and those of its other seeds, in the order of the seeds. */
function runsOfConfig(config: string, { pipeline, results, data = [] }: Locations): Candidate[] {
  const { name, seed } = loadExperiment(pipeline, config, [], readableFolders(config, data)).experiment;
  const seedOf = (folder: string) => Number(/@seed=(\d+)$/.exec(folder)?.[1] ?? seed);
  return [join(results, name), ...begunRuns(join(results, `${name}@seed=*`))]
    .filter((folder) => (basename(folder) === name || /@seed=\d+$/.test(folder)) && isBegun(folder))
    .sort((a, b) => seedOf(a) - seedOf(b))
    .map((folder) => ({ folder, config }));
}

/** What has changed in the experiment file since the run. */
function outdated({ experiment, folder }: FoundRun, config: string, { pipeline, data = [] }: Locations): string[] {
  const now = loadExperiment(pipeline, config, [], readableFolders(config, data)).experiment;
  const [old, fresh] = [paramsOf(experiment), paramsOf(JSON.parse(JSON.stringify(now)))];
  const seeds = seedPaths(pipeline);
  const changes = differingPaths([old, fresh], seeds).filter((path) => !seeds.includes(path))
    .map((path) => `${path} ${spelling(old.get(path))} → ${spelling(fresh.get(path))}`);
  return changes.length === 0 ? [] : [`${folder} was made before ${config} changed: ${changes.join(", ")}.`];
}

function nothingOf(name: string, results: string): string {
  if (isGlob(name)) return `No run matches ${name}, neither in ${results} nor as a path.`;
  const isConfig = name.endsWith(".json");
  const run = basename(name.replace(/\/+$/, ""));
  const folders = isConfig ? `${results}/` : [join(results, name), name].join(" or ");
  const config = isConfig ? name : `experiments/${run.split("@")[0]}.json`;
  return `There are no results of ${isConfig ? name : run}: no experiment.json and metrics.json in ${folders}. ` +
    `Run it first: deno task run ${config}.`;
}
