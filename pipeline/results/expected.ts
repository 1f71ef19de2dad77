/** experiments/expected.json: the experiments that come with the project, and the digests of everything they compute. */
import { z } from "zod";
import type { Experiment } from "../define/experiment.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { parseBoundedJson } from "../engine/store/bounded_json.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import { plainDifferences } from "../engine/why/cues.ts";
import type { RunDigests } from "./digests.ts";
import { orNull, writeWhole } from "./whole_file.ts";

/** Room for the digests of 100,000 epochs. */
const MOST_CHARACTERS = 1 << 27;

/** What of an experiment decides its numbers: neither its name nor what it says about itself. */
export type ExperimentValues = Pick<Experiment, "seed" | "chain" | "pipeline">;

/** One experiment, and what it computes. */
export interface ExpectedRun extends RunDigests {
  experiment: ExperimentValues;
}

/** The file's content: runs by the experiment's name. */
export type ExpectedRuns = Record<string, ExpectedRun>;

const digests = z.record(z.string(), z.string());
const file: z.ZodType<{ experiments: ExpectedRuns }> = z.looseObject({
  experiments: z.record(
    z.string(),
    z.looseObject({
      experiment: z.looseObject({
        seed: z.number(),
        pipeline: z.record(z.string(), z.record(z.string(), z.unknown())),
      }),
      stages: z.record(z.string(), z.looseObject({ steps: z.array(digests).optional(), outputs: digests })),
      files: digests,
    }),
  ),
});

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
  try {
    const text = orNull(() => Deno.readTextFileSync(path));
    return text === null ? null : file.parse(parseBoundedJson(text, MOST_CHARACTERS)).experiments;
  } catch (error) {
    const found = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ConfigError(
      `${path} does not hold expected digests, { "experiments": { NAME: { experiment, stages, files } } }: ${found}. ` +
        "Restore it, or write it again with deno task reproduce --update CONFIG….",
    );
  }
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
