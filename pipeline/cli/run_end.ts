/** The end of a run, as people and programs are told of it. */
import type { Variant } from "../experiment/variants.ts";
import type { FinishedRun } from "../compare/compare_runs.ts";
import type { KnownRun } from "../results/known.ts";
import type { Written } from "../results/results.ts";
import type { FinalMetrics } from "../results/summary.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { closingTable } from "./closing.ts";
import { hitLine } from "./stage_lines.ts";
import { print } from "./terminal.ts";

/** A stage as a program is told of it. */
type StageAction = Pick<StageResult, "stage" | "action" | "key" | "cues" | "seconds">;

/** A run that is over. */
export interface Ended {
  metrics: FinalMetrics;
  stages: StageAction[];
  written: Written;
  /** Whether a receipt says all of it, so that the same run asked for again needs nothing. */
  isKnown: boolean;
}

/** How a run is told of. */
export interface Telling {
  json: boolean;
  quiet: boolean;
}

/** Tells of a run that is over, whose results are in `folder`. */
export function tellEnd(variant: Variant, folder: string, ended: Ended, seconds: number, how: Telling): void {
  const { metrics, stages, written } = ended;
  if (how.json) print(JSON.stringify({ ...metrics, folder, stages, seconds }));
  else if (!how.quiet) print(closingTable(metrics, variant.experiment, folder, written, seconds));
}

/** A known run as one that has just ended; its stages' lines are printed. */
export function endKnown({ stages, metrics }: KnownRun, { quiet }: Telling): Ended {
  if (!quiet) stages.forEach(({ stage, bytes, seconds }) => print(hitLine(stage, bytes, 0, seconds)));
  const actions = stages.map(({ stage, key }): StageAction => ({ stage, action: "hit", key, cues: [], seconds: 0 }));
  return { metrics, stages: actions, written: "unchanged", isKnown: true };
}

/** A run's figures in the form in which `compare` reads them from its folder. */
export function asFinished({ runName, experiment }: Variant, metrics: FinalMetrics): FinishedRun {
  const pipeline = experiment.pipeline as unknown as FinishedRun["experiment"]["pipeline"];
  return { name: runName, experiment: { seed: experiment.seed, pipeline }, metrics };
}
