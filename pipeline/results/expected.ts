/** experiments/expected.json: the experiments that come with the project, and the digests of everything they compute. */
import type { Experiment } from "../define/experiment.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { isJsonObject, parseBoundedJson } from "../engine/store/bounded_json.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import { plainDifferences } from "../engine/why/cues.ts";
import type { RunDigests } from "./digests.ts";
import { writeWhole } from "./whole_file.ts";

/** Room for the digests of 100,000 epochs. */
const MOST_CHARACTERS = 1 << 27;

/** One experiment, and what it computes. */
export interface ExpectedRun extends RunDigests {
  /** The part of the experiment that decides what comes out. */
  experiment: ExperimentValues;
}

/** What of an experiment decides its numbers: neither its name nor what it says about itself. */
export interface ExperimentValues {
  seed: number;
  chain?: readonly string[];
  pipeline: Record<string, Plain>;
}

/** The file's content: runs by the experiment's name. */
export type ExpectedRuns = Record<string, ExpectedRun>;

/** What of an experiment decides its numbers. */
export function valuesOf({ seed, chain, pipeline }: Experiment): ExperimentValues {
  // As it is in the file: without fields that are undefined.
  return JSON.parse(canonicalJson({ seed, chain, pipeline } as unknown as Plain));
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
      "Restore it, or write it again with deno task reproduce --update CONFIG….",
  );
}

/**
 * Writes the file, whole or not at all; experiments in the order of their names.
 * @throws ResultsError when it cannot be written; what was there stays.
 */
export function writeExpected(path: string, runs: ExpectedRuns): void {
  const sorted = Object.fromEntries(Object.entries(runs).sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = JSON.stringify({ experiments: sorted }, null, 2) + "\n";
  writeWhole(path, new TextEncoder().encode(text), "the expected digests");
}

function parsed(text: string): ExpectedRuns | null {
  try {
    const runs: ExpectedRuns = (parseBoundedJson(text, MOST_CHARACTERS) as { experiments: ExpectedRuns }).experiments;
    return isJsonObject(runs) && Object.values(runs).every(isRun) ? runs : null;
  } catch {
    return null;
  }
}

function isRun(run: unknown): boolean {
  if (!isJsonObject(run)) return false;
  const { experiment, stages, files } = run;
  if (!isJsonObject(experiment) || !isJsonObject(experiment.pipeline) || !isJsonObject(stages)) return false;
  return isDigests(files) && Object.values(stages).every((stage) => {
    if (!isJsonObject(stage) || !isDigests(stage.outputs)) return false;
    return stage.steps === undefined || (Array.isArray(stage.steps) && stage.steps.every(isDigests));
  });
}

function isDigests(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).every((digest) => typeof digest === "string");
}
