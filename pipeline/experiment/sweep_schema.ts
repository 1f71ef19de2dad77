/** The section "sweep" of an experiment. */
import { z, type ZodType } from "zod";
import type { Pipeline } from "../define/define_pipeline.ts";
import { choiceOf } from "../define/library.ts";
import { parameterSchema, type Space } from "../define/search.ts";
import { perChain } from "./chain.ts";

/** More seeds are a typo. */
const MAX_SEEDS = 1000;

/** What every search needs to know. */
export interface SweepSection {
  method: string;
  /** The name of a figure. Default: the pipeline's first one that may choose and that the experiment has. */
  metric?: string;
  /** Default: the one by which the figure is better. */
  goal?: "maximize" | "minimize";
  parameters: Space;
  /** As in `--seeds`, or a list. Default: the experiment's. */
  seeds?: string | number[];
  /** What the search itself is given. */
  [param: string]: unknown;
}

/** The schema of the section: the fields of every search, and those of the chosen one. */
export const sweepSchema = perChain((pipeline: Pipeline): ZodType<SweepSection> => {
  if (pipeline.searches.length === 0) return z.never();
  const choosing = pipeline.figures.filter(({ chooses }) => chooses).map(({ name }) => name);
  const common = {
    metric: z.string().optional().describe(
      `The figure that ranks trials: one that is not computed from test data (${
        choosing.join(", ")
      }). Default: the first of these that the experiment has.`,
    ),
    goal: z.enum(["maximize", "minimize"]).optional().describe("Default: as the figure is better."),
    parameters: z.record(z.string(), parameterSchema).default({}).describe(
      'What varies, by path as in --set: { "train.optimizer.lr": { "min": 0.001, "max": 1, "scale": "log" } }.',
    ),
    seeds: z.union([z.string(), z.array(z.int().nonnegative()).min(1).max(MAX_SEEDS)]).optional().describe(
      'Each trial is trained with each of these seeds, and has the mean of their figures: "0..2", [0, 1, 2].',
    ),
  };
  const searches = pipeline.searches.map(({ params, ...one }) => ({ ...one, params: { ...common, ...params } }));
  return choiceOf(searches, "method") as unknown as ZodType<SweepSection>;
});
