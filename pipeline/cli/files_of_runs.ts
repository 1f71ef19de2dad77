/** What finished runs have written, for experiments that begin with it. */
import { dirname, join, resolve } from "node:path";
import { attempt, kindOfInput } from "../engine/files/entry.ts";
import { ConfigError, ResultsError } from "../engine/run_errors.ts";
import { Store } from "../engine/store/store.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import type { Pinning } from "../experiment/pinned.ts";
import { optionsFor } from "../results/missing_run.ts";
import { folderOfRun, foldersFor, readFileOfModel } from "../results/trained_model.ts";
import { unfinishedRun } from "../results/unfinished_run.ts";
import { writtenFiles } from "../results/written_files.ts";

/** Where runs are: their results, and the cache that remembers what they wrote. */
export interface RunPlaces {
  results: string;
  cache: string;
}

/**
 * Reads the files of runs for the experiments of one command. A run is named as it is in other commands; a path is relative
 * to the experiment file, or to the current folder.
 */
export function filesOfRuns(
  experiments: readonly (LoadedExperiment & { runName?: string })[],
  { results, cache }: RunPlaces,
): Pinning["fileOfRun"] {
  let written: ReturnType<typeof writtenFiles> | undefined;
  const read = (...[experiment, run, name, looksAt]: Parameters<Pinning["fileOfRun"]>) => {
    const folders = foldersFor(run, results, placesOf(experiment));
    const isMadeIn = (folder: string) => folders.some((one) => resolve(one) === folder);
    const maker = experiments.find(({ runName }) => runName !== undefined && isMadeIn(resolve(results, runName)));
    if (maker !== undefined) throw new ResultsError(refusalOf(experiment, maker));
    const folder = folderOfRun(run, results, folders);
    for (const one of folders.slice(0, folders.indexOf(folder) + 1)) looksAt(join(one, "run.json"));
    looksAt(join(folder, name));
    // Of a folder that is allowed alone, what is next to it may not be read.
    if (attempt(() => unfinishedRun(folder))?.status === "running") {
      throw new ResultsError("That run is in progress, and about to replace its results. Wait until it has ended.");
    }
    return readFileOfModel(folder, name, written ??= writtenFiles(new Store(cache)));
  };
  return (experiment, run, ...values) =>
    Promise.try(read, experiment, run, ...values).catch((error) => {
      if (!(error instanceof ResultsError)) throw error;
      const isPath = /[/\\]/.test(run) && !foldersFor(run, results, placesOf(experiment)).some(isFolder);
      const elsewhere = isPath ? " What is in a folder elsewhere has to be allowed: --data DIR." : "";
      throw new ConfigError(`${experiment.file} begins with the run ${run}. ${error.message}${elsewhere}`);
    });
}

/** Why an experiment cannot begin with a run that the same command makes. */
function refusalOf({ file }: LoadedExperiment, maker: LoadedExperiment & { runName?: string }): string {
  if (maker.file === file) return "This command makes that run, and an experiment cannot begin with its own results.";
  const [, changes = ""] = maker.runName!.split(/@(.*)/s);
  return "This command makes that run, but it must be there before. Run it first, by a command of its own: " +
    `deno task run ${maker.file}${optionsFor(changes)}`;
}

function placesOf({ file }: LoadedExperiment): string[] {
  return [dirname(file), "."];
}

/** False also for one that may not be read. */
function isFolder(path: string): boolean {
  return kindOfInput(path) === "folder";
}
