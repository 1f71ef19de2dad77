/** Reads finished runs from their results folders: the two small files that a comparison needs. */
import { basename, dirname, join, resolve } from "node:path";
import { isJsonObject, jsonObjectIn } from "../engine/store/bounded_json.ts";
import { editedFiles, type WrittenFiles } from "../results/written_files.ts";
import { isRunFolder, MAX_SHOWN_BYTES, namesIn, readFile, statusIn, unreadableBecause } from "../results/folder.ts";
import { hasHidden, visible } from "../text/visible.ts";
import { figuresOf, type Outputs } from "./compared_figures.ts";
import type { StoredRun } from "./compare_runs.ts";

/** A finished run and where it is. */
export interface FoundRun extends StoredRun {
  folder: string;
  /** What is said of the two files if they were edited since the run wrote them. */
  edited: string[];
  /** What the cache remembers of results. */
  written?: WrittenFiles;
}

/** A folder in which a run should be, and what is wrong with it: a sentence without its full stop. */
export interface UnreadableRun extends Pick<FoundRun, "name" | "folder"> {
  problem: string;
}

/** The files, with the most bytes that they may have: eight times an experiment file, four times the figures of 256 classes. */
const FILES = { "experiment.json": 1 << 18, "metrics.json": 1 << 22 };
/** Many times those of any run. */
const MAX_FIGURES = 1000;

/** Whether there is a run in a folder, even a damaged one. */
export function holdsRun(folder: string): boolean {
  const parent = dirname(resolve(folder));
  return isRunFolder(folder) && Object.keys(FILES).some((file) => statusIn(parent, join(folder, file)) !== null);
}

/** Reads the run in a folder; a text says what is wrong with it. `written`: what the cache remembers of its files. */
export function readRun(folder: string, written?: WrittenFiles): FoundRun | string {
  if (hasHidden(folder)) return `${visible(JSON.stringify(folder))} has control characters in its name: rename it`;
  if (!holdsRun(folder)) return `${folder} holds no run: it has no experiment.json`;
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  const values: Record<string, unknown>[] = [];
  for (const [file, maxBytes] of Object.entries(FILES)) {
    const bytes = readFile(folder, file, maxBytes);
    if (bytes === null) return `${join(folder, file)} ${unreadableBecause(folder, file, maxBytes)}`;
    const value = jsonObjectIn(bytes);
    if (value === null) return `${join(folder, file)} is damaged: it is not a JSON object`;
    values.push(value);
    files[file] = bytes;
  }
  const [experiment, metrics] = values;
  if (!isExperiment(experiment)) {
    return `${join(folder, "experiment.json")} is not an experiment: it must have a "seed" and a "pipeline" of stages`;
  }
  // Lists, the confusion matrix for example, are not compared.
  const figures = figuresOf(metrics);
  if (figures.size > MAX_FIGURES) {
    return `${join(folder, "metrics.json")} has ${figures.size} figures, but at most ${MAX_FIGURES} are compared`;
  }
  const edited = editedFiles(folder, files, written);
  const outputs = readOutputs(folder);
  const name = basename(resolve(folder));
  return { name, folder, experiment, metrics: Object.fromEntries(figures), outputs, edited, written };
}

/** The digests in a run's manifest.json; undefined if there is none. */
export function readOutputs(folder: string): Outputs | undefined {
  const bytes = readFile(folder, "manifest.json", MAX_SHOWN_BYTES);
  const stages = bytes && jsonObjectIn(bytes)?.stages;
  if (!Array.isArray(stages)) return undefined;
  const isDigest = (digests: unknown) => [digests].flat().every((one) => typeof one === "string");
  return stages.map((stage) => {
    const outputs = isJsonObject(stage) && isJsonObject(stage.outputs) ? stage.outputs : {};
    return Object.fromEntries(Object.entries(outputs).filter(([, digests]) => isDigest(digests))) as Outputs[number];
  });
}

function isExperiment(value: Record<string, unknown>): value is StoredRun["experiment"] {
  const { seed, pipeline, chain = [] } = value;
  return Number.isFinite(seed) && isJsonObject(pipeline) && Object.values(pipeline).every(isJsonObject) &&
    Array.isArray(chain) && chain.every((stage) => typeof stage === "string");
}

/** The complete runs in a results folder, by their names: all, or these. */
export function runsIn(results: string, names: readonly string[] | null, written?: WrittenFiles): FoundRun[] {
  return storedIn(results, names, written).filter((run): run is FoundRun => !("problem" in run));
}

/** The same, with those that cannot be read; none if there is no such folder. */
export function storedIn(
  results: string,
  names: readonly string[] | null,
  written?: WrittenFiles,
): (FoundRun | UnreadableRun)[] {
  return namesIn(results).filter((name) => !name.startsWith(".") && (names?.includes(name) ?? true))
    .map((name) => ({ name, folder: join(results, name) }))
    .filter(({ folder }) => holdsRun(folder))
    .map(({ name, folder }) => {
      const run = readRun(folder, written);
      return typeof run === "string" ? { name, folder, problem: run } : run;
    });
}
