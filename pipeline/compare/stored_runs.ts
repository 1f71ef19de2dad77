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
  return FILES.some((file) => readText(folder, file) !== null);
}

/** Reads the run in a folder; a text says what is wrong with it. */
export function readRun(folder: string): FoundRun | string {
  const texts = FILES.map((file) => readText(folder, file));
  if (texts.every((text) => text === null)) return `${folder} holds no run: it has no ${FILES[0]}`;
  const values: Record<string, unknown>[] = [];
  for (const [i, text] of texts.entries()) {
    const path = join(folder, FILES[i]);
    if (text === null) return `${path} is missing`;
    const value = jsonOrNull(text);
    if (!isJsonObject(value)) return `${path} is damaged: it is not a JSON object`;
    values.push(value);
  }
  const [experiment, metrics] = values;
  if (typeof experiment.seed !== "number" || !isJsonObject(experiment.pipeline)) {
    return `${join(folder, FILES[0])} is not an experiment: it must have a "seed" and a "pipeline"`;
  }
  return { name: basename(resolve(folder)), folder, experiment: experiment as FoundRun["experiment"], metrics };
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
