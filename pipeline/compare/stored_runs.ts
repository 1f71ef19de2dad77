/** Reads finished runs from their results folders: the two small files that a comparison needs. */
import { basename, join, resolve } from "node:path";
import { isJsonObject, parseBoundedJson } from "../engine/store/bounded_json.ts";
import { isRunFolder, namesIn, readFile } from "../results/folder.ts";
import type { StoredRun } from "./compare_runs.ts";
import type { Outputs } from "./dependences.ts";

/** A finished run and where it is. */
export interface FoundRun extends StoredRun {
  folder: string;
}

const FILES = ["experiment.json", "metrics.json"];

/** Figures for 256 classes take a hundredth of it. */
const MAX_CHARACTERS = 1 << 26;

/** Whether there is a run in a folder, even a damaged one. */
export function holdsRun(folder: string): boolean {
  return FILES.some((file) => readFile(folder, file) !== null);
}

/** Reads the run in a folder; a text says what is wrong with it. */
export function readRun(folder: string): FoundRun | string {
  const files = FILES.map((file) => readFile(folder, file));
  if (files.every((bytes) => bytes === null)) return `${folder} holds no run: it has no ${FILES[0]}`;
  const values: Record<string, unknown>[] = [];
  for (const [i, bytes] of files.entries()) {
    const value = bytes === null ? null : objectIn(bytes);
    if (value === null) {
      return `${join(folder, FILES[i])} is ${bytes === null ? "missing" : "damaged: it is not a JSON object"}`;
    }
    values.push(value);
  }
  const [experiment, metrics] = values;
  if (typeof experiment.seed !== "number" || !isJsonObject(experiment.pipeline)) {
    return `${join(folder, FILES[0])} is not an experiment: it must have a "seed" and a "pipeline"`;
  }
  const name = basename(resolve(folder));
  return { name, folder, experiment: experiment as StoredRun["experiment"], metrics, outputs: readOutputs(folder) };
}

/** The digests in a run's manifest.json; undefined if there is none. */
export function readOutputs(folder: string): Outputs | undefined {
  const bytes = readFile(folder, "manifest.json");
  const stages = bytes === null ? null : objectIn(bytes)?.stages;
  if (!Array.isArray(stages)) return undefined;
  const isDigest = (digests: unknown) => [digests].flat().every((one) => typeof one === "string");
  return stages.map((stage) => {
    const outputs = isJsonObject(stage) && isJsonObject(stage.outputs) ? stage.outputs : {};
    return Object.fromEntries(Object.entries(outputs).filter(([, digests]) => isDigest(digests))) as Outputs[number];
  });
}

/** All complete runs in a results folder, by their names; none if there is no such folder. */
export function runsIn(results: string): FoundRun[] {
  return namesIn(results).filter((name) => !name.startsWith(".") && isRunFolder(join(results, name)))
    .map((name) => readRun(join(results, name))).filter((run) => typeof run !== "string");
}

function objectIn(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value = parseBoundedJson(new TextDecoder().decode(bytes), MAX_CHARACTERS);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
