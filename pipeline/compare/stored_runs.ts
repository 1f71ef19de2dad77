/** Reads finished runs from their results folders: the two small files that a comparison needs. */
import { basename, join, resolve } from "node:path";
import { isJsonObject, parseBoundedJson } from "../engine/store/bounded_json.ts";
import { readFile } from "../results/folder.ts";
import type { StoredRun } from "./compare_runs.ts";

/** A finished run and where it is. */
export interface FoundRun extends StoredRun {
  folder: string;
}

const FILES = ["experiment.json", "metrics.json"];

/** Figures for 256 classes take a hundredth of it. */
const MOST_CHARACTERS = 1 << 26;

/** Whether there is a run in a folder, be it a damaged one. */
export function holdsRun(folder: string): boolean {
  return FILES.some((file) => valueIn(folder, file) !== undefined);
}

/** Reads the run in a folder; a text says what is wrong with it. */
export function readRun(folder: string): FoundRun | string {
  const values = FILES.map((file) => valueIn(folder, file));
  if (values.every((value) => value === undefined)) return `${folder} holds no run: it has no ${FILES[0]}`;
  const [experiment, metrics] = values;
  if (!isJsonObject(experiment) || !isJsonObject(metrics)) {
    const at = isJsonObject(experiment) ? 1 : 0;
    const problem = values[at] === undefined ? "missing" : "damaged: it is not a JSON object";
    return `${join(folder, FILES[at])} is ${problem}`;
  }
  if (typeof experiment.seed !== "number" || !isJsonObject(experiment.pipeline)) {
    return `${join(folder, FILES[0])} is not an experiment: it must have a "seed" and a "pipeline"`;
  }
  return { name: basename(resolve(folder)), folder, experiment: experiment as StoredRun["experiment"], metrics };
}

/** All whole runs in a results folder, by their names; none where there is no such folder. */
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

/** The JSON in a file; undefined when there is no such file, null when that is no JSON. */
function valueIn(folder: string, file: string): unknown {
  try {
    const bytes = readFile(folder, file);
    return bytes === null ? undefined : parseBoundedJson(new TextDecoder().decode(bytes), MOST_CHARACTERS);
  } catch (error) {
    return error instanceof SyntaxError ? null : undefined;
  }
}
