/** Finds the runs that `compare` is given: by names, folders, globs and experiment files. */
import { basename, join, resolve } from "node:path";
import type { Pipeline } from "../define/define_pipeline.ts";
import { ResultsError } from "../engine/run_errors.ts";
import { Store } from "../engine/store/store.ts";
import { isExperimentFile } from "../experiment/extends.ts";
import { readableFolders } from "../experiment/folders.ts";
import { loadExperiment } from "../experiment/load.ts";
import { seedPaths } from "../experiment/schema.ts";
import { differingPaths, paramsOf, spelling } from "./labels.ts";
import { hasHidden, visible } from "../text/visible.ts";
import { isGlob } from "./glob.ts";
import { kindOfInput } from "../engine/files/entry.ts";
import { isRunFolder } from "../results/folder.ts";
import { adviceForMissing } from "../results/missing_run.ts";
import { writtenFiles } from "../results/written_files.ts";
import { unfinishedRun, unfinishedText } from "../results/unfinished_run.ts";
import { type FoundRun, holdsRun, readRun } from "./stored_runs.ts";
import { begunRuns, type FoundUnfinished, isBegun } from "./unfinished_runs.ts";

/** Where runs are searched for. */
export interface Locations {
  pipeline: Pipeline;
  /** The folder in which each run has its own. */
  results: string;
  /** The cache that may remember what the runs wrote. */
  cache?: string;
  /** Folders, besides their own, that experiment files may refer to. */
  data?: readonly string[];
}

/** A folder that a name leads to, and the experiment file that led there. If `named`, it must hold a run. */
interface Candidate {
  folder: string;
  named?: boolean;
  config?: string;
}

/**
 * Finds runs. A name or a folder is one run; an experiment file is its experiment, with all seeds and changed values that
 * were run; a glob is everything that it matches. A folder from a glob or a file that holds no complete run is skipped
 * with a warning, and so is a path among several that leads to something else: a shell's `results/*` has all of them. A
 * run that has no results because it failed, was stopped or is in progress is found as that. Returns each once.
 * @throws ResultsError if a named run is missing or damaged, or no results are found.
 * @throws ConfigError if an experiment file is not valid.
 */
export function findRuns(names: readonly string[], locations: Locations) {
  const warnings: string[] = [];
  const found = new Map<string, FoundRun>();
  const written = locations.cache === undefined ? undefined : writtenFiles(new Store(locations.cache));
  const unfinished = new Map<string, FoundUnfinished>();
  // `experiments/*.json` also matches the files next to the experiments.
  const wanted = names.filter(isExperimentFile);
  for (const name of wanted.length > 0 ? wanted : names) {
    let isEmpty = true;
    const candidates = candidatesOf(name, locations);
    if (candidates.length === 0 && wanted.length > 1 && isOther(name)) {
      warnings.push(`${name} is not a run; it is left out.`);
      continue;
    }
    for (const { folder, named, config } of candidates) {
      const run = readRun(folder, written);
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
        warnings.push(...run.edited.map((text) => `${text}. Run the experiment again to restore it.`));
        if (config !== undefined) warnings.push(...outdated(run, config, locations));
      } else if (named) throw new ResultsError(`${run}. Run the experiment again to have it rewritten.`);
      else warnings.push(visible(`${run}; ${folder} is left out.`));
    }
    if (isEmpty) throw new ResultsError([...warnings.map(visible), nothingOf(name, locations.results)].join("\n"));
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
      // Just "*" is meant for runs, not for whatever is in the current folder.
      const mayBeFile = name.includes("/") || name.includes(".json");
      return mayBeFile && path.endsWith(".json") && isExperimentFile(path) && !hasHidden(path)
        ? runsOfConfig(path, locations)
        : [];
    });
    if (found.length > 0) return found;
  }
  return [];
}

/** The folders of an experiment: its run, those of its other seeds in their order, and those with changed values. */
function runsOfConfig(config: string, { pipeline, results, data = [] }: Locations): Candidate[] {
  const { name, seed } = loadExperiment(pipeline, config, [], readableFolders(config, data)).experiment;
  const folders = [...new Set([join(results, name), ...begunRuns(join(results, `${name}@*`))])].filter(isBegun);
  const seedOf = (folder: string) => basename(folder) === name ? seed : Number(/@seed=(\d+)$/.exec(folder)?.[1]);
  const [seeds, others] = [true, false].map((isSeed) => folders.filter((one) => !Number.isNaN(seedOf(one)) === isSeed));
  return [...seeds.sort((a, b) => seedOf(a) - seedOf(b)), ...others].map((folder) => ({ folder, config }));
}

/** A path to something that is no run: a file that is no experiment, or another folder. */
function isOther(name: string): boolean {
  return !name.endsWith(".json") && !isGlob(name) && name.includes("/") && kindOfInput(name) !== null;
}

/** What has changed in the experiment file since the run, besides the values that the run's name says it was given. */
function outdated({ experiment, folder }: FoundRun, config: string, { pipeline, data = [] }: Locations): string[] {
  const [, given = ""] = basename(folder).split(/@(.*)/s);
  // A name that was cut does not say all of them.
  if (/~[0-9a-f]{8}$/.test(given)) return [];
  const own = given.split(",").map((change) => change.split("=")[0]);
  const now = loadExperiment(pipeline, config, [], readableFolders(config, data)).experiment;
  const [old, fresh] = [paramsOf(experiment), paramsOf(JSON.parse(JSON.stringify(now)))];
  const seeds = seedPaths(pipeline);
  const isIn = (path: string, other: string) => `${path}.`.startsWith(`${other}.`);
  const changes = differingPaths([old, fresh], seeds)
    // A digest that the file leaves open is that of the data as it was.
    .filter((path) => !(path.endsWith(".sha256") && !fresh.has(path)))
    // A list is one param, of which one entry may have been given.
    .filter((path) => !seeds.includes(path) && !own.some((one) => isIn(path, one) || isIn(one, path)))
    .map((path) => `${path} ${spelling(old.get(path))} → ${spelling(fresh.get(path))}`);
  return changes.length === 0 ? [] : [`${folder} was made before ${config} changed: ${changes.join(", ")}.`];
}

function nothingOf(name: string, results: string): string {
  if (isGlob(name)) return `No run matches ${name}, neither in ${results} nor as a path.`;
  const isConfig = name.endsWith(".json");
  const folders = isConfig ? `${results}/` : [join(results, name), name].join(" or ");
  const advice = isConfig ? `Run it first: deno task run ${name}.` : adviceForMissing(name, results);
  const run = isConfig ? name : basename(name.replace(/\/+$/, ""));
  return `There are no results of ${run}: no experiment.json and metrics.json in ${folders}. ${advice}`;
}
