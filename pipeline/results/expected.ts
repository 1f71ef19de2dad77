/** experiments/expected.json: the project's experiments, the digests of everything they compute, and PyTorch's numbers. */
import { z } from "zod";
import type { Experiment } from "../define/experiment.ts";
import { kindOfInput, readInput } from "../engine/files/entry.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import { plainDifferences } from "../engine/why/cues.ts";
import { decodeText, parseJsonText } from "../experiment/json_text.ts";
import type { RunDigests } from "./digests.ts";
import { type PytorchRun, pytorchSchema } from "./pytorch.ts";
import { writeWhole } from "./whole_file.ts";

/** Enough for the digests of 100,000 epochs. */
const MAX_CHARACTERS = 1 << 27;

/** The fields of an experiment that decide its numbers. */
export type ExperimentValues = Pick<Experiment, "seed" | "chain" | "pipeline">;

/** The file's content: experiments and what they compute, by the experiment's name. */
export type ExpectedRuns = Record<string, ExpectedRun>;

/** An experiment and what it computes; and, if it was trained there, what PyTorch computes. */
export type ExpectedRun = RunDigests & { experiment: ExperimentValues; pytorch?: PytorchRun };

const digests = z.record(z.string(), z.string());
const file: z.ZodType<{ experiments: ExpectedRuns }> = z.looseObject({
  experiments: z.record(
    z.string(),
    z.looseObject({
      // In the order in which they are written, so that the experiments that are not updated stay as they are.
      experiment: z.looseObject({
        chain: z.array(z.string()).optional(),
        pipeline: z.record(z.string(), z.record(z.string(), z.unknown())),
        seed: z.number(),
      }),
      stages: z.record(z.string(), z.looseObject({ steps: z.array(digests).optional(), outputs: digests })),
      files: digests,
      pytorch: pytorchSchema.optional(),
    }),
  ),
});

/** The fields that decide an experiment's numbers, as they are in the file: without undefined ones. */
export function valuesOf({ seed, chain, pipeline }: Experiment): ExperimentValues {
  return JSON.parse(canonicalJson({ seed, chain, pipeline } as unknown as Plain));
}

/** The values that have changed in an experiment since its digests were stored. */
export function changesOf(expected: ExperimentValues, now: ExperimentValues): ReturnType<typeof plainDifferences> {
  return plainDifferences(expected as unknown as Plain, now as unknown as Plain, "");
}

/** Reads the file; null if there is none. @throws ConfigError if it is not what `writeExpected` writes. */
export function readExpected(path: string): ExpectedRuns | null {
  try {
    if (kindOfInput(path) === null) return null;
    const text = decodeText(readInput(path, MAX_CHARACTERS) ?? new Uint8Array());
    return file.parse(parseJsonText(text, MAX_CHARACTERS)).experiments;
  } catch (error) {
    const found = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ConfigError(
      `${path} does not hold expected digests, { "experiments": { NAME: { experiment, stages, files } } }: ${found}. ` +
        "Restore it, or remove it and write it again with deno task reproduce --update CONFIG….",
    );
  }
}

/** Writes the file, sorted by experiment. @throws ResultsError if it cannot be written; the old file stays. */
export function writeExpected(path: string, runs: ExpectedRuns): void {
  const sorted = Object.fromEntries(Object.entries(runs).sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = JSON.stringify({ experiments: sorted }, null, 2) + "\n";
  writeWhole(path, new TextEncoder().encode(text), "the expected digests");
}
