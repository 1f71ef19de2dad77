/** experiments/expected.json: the experiments that come with the project, and the digests of all that they compute. */
import { dirname, join } from "node:path";
import { parseBoundedJson } from "../engine/store/bounded_json.ts";
import { type LoadedExperiment } from "../experiment/load.ts";
import { plainDifferences } from "../engine/why/cues.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import { ConfigError, ResultsError } from "../engine/run_errors.ts";
import type { RunDigests } from "./digests.ts";

/** Room for the digests of 100,000 epochs. */
const MOST_CHARACTERS = 1 << 27;

/** One experiment: what it was, and what came out. */
export interface ExpectedRun extends RunDigests {
  /** The part of the experiment that decides what comes out. */
  experiment: ExperimentValues;
}

/** An experiment without its words. */
export interface ExperimentValues {
  seed: number;
  pipeline: Record<string, Plain>;
}

/** The file's content: runs by the experiment's name. */
export type ExpectedRuns = Record<string, ExpectedRun>;

/** What of an experiment decides its numbers. */
export function valuesOf({ experiment: { seed, pipeline } }: Pick<LoadedExperiment, "experiment">): ExperimentValues {
  // As it is in the file: without fields that are undefined.
  return JSON.parse(canonicalJson({ seed, pipeline } as unknown as Plain));
}

/** The values in which an experiment is no longer the one whose digests are kept. */
export function changesOf(expected: ExperimentValues, now: ExperimentValues): ReturnType<typeof plainDifferences> {
  return plainDifferences(expected as unknown as Plain, now as unknown as Plain, "");
}

/**
 * Reads the file; null when there is none.
 * @throws ConfigError when it is not what `writeExpected` writes.
 */
export function readExpected(path: string): ExpectedRuns | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new ConfigError(`Cannot read the expected digests ${path}: ${(error as Error).message}.`);
  }
  const runs = parsed(text);
  if (runs !== null) return runs;
  throw new ConfigError(
    `${path} does not hold expected digests: it must be a JSON object { "experiments": { NAME: { experiment, stages, files } } }. ` +
      "Restore it, or make it anew with deno task reproduce --update CONFIG….",
  );
}

/**
 * Writes the file, whole or not at all; experiments in the order of their names.
 * @throws ResultsError when it cannot be written; what was there stays.
 */
export function writeExpected(path: string, runs: ExpectedRuns): void {
  const sorted = Object.fromEntries(Object.entries(runs).sort(([a], [b]) => (a < b ? -1 : 1)));
  const temporary = join(dirname(path), ".expected.new");
  try {
    Deno.writeTextFileSync(temporary, JSON.stringify({ experiments: sorted }, null, 2) + "\n");
    Deno.renameSync(temporary, path);
  } catch (error) {
    throw new ResultsError(`Cannot write the expected digests to ${path}: ${(error as Error).message}.`);
  }
}

function parsed(text: string): ExpectedRuns | null {
  try {
    const runs: ExpectedRuns = (parseBoundedJson(text, MOST_CHARACTERS) as { experiments: ExpectedRuns }).experiments;
    return isObject(runs) && Object.values(runs).every(isRun) ? runs : null;
  } catch {
    return null;
  }
}

function isRun(run: unknown): boolean {
  if (!isObject(run)) return false;
  const { experiment, stages, files } = run;
  if (!isObject(experiment) || !isObject(experiment.pipeline) || !isObject(stages) || !isDigests(files)) return false;
  return Object.values(stages).every((stage) => {
    if (!isObject(stage) || !isDigests(stage.outputs)) return false;
    return stage.steps === undefined || (Array.isArray(stage.steps) && stage.steps.every(isDigests));
  });
}

function isDigests(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((digest) => typeof digest === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
