/** The experiment of a run as its results folder has it. */
import { z } from "zod";
import type { Experiment } from "../define/experiment.ts";

/** The schema of experiment.json, as far as code relies on it. */
export const recordedExperiment: z.ZodType<Experiment> = z.looseObject({
  ...{ name: z.string(), seed: z.number(), chain: z.array(z.string()).optional() },
  pipeline: z.record(z.string(), z.record(z.string(), z.unknown())),
});
