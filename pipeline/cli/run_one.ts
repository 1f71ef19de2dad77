/** One run of a command line that may ask for many: it fails by itself, and comes back as plain data. */
import { CodeReader } from "../engine/keys/code.ts";
import type { Variant } from "../experiment/variants.ts";
import type { FinishedRun } from "../compare/compare_runs.ts";
import { graph } from "../classifier/stages/mod.ts";
import { Store } from "../engine/store/store.ts";
import { tellFailure } from "./failure.ts";
import { asFinished } from "./run_end.ts";
import { type RunSettings, runVariant } from "./run_variant.ts";
import { makeRunView } from "./run_view.ts";

/** What all runs of one command line have in common, as plain data that a worker can be sent. */
export interface RunOrders {
  /** The folder in which each run has its own. */
  results: string;
  cache: string;
  /** The stages that run although their results are stored. */
  forced: string[];
  json: boolean;
  quiet: boolean;
  /** Whether bars are drawn: only one process or worker can have the terminal. */
  bars: boolean;
}

/** How a run ended. */
export interface RunOutcome {
  /** Its figures; null when it failed. */
  finished: FinishedRun | null;
  exitCode: number;
  /** Whether it is known from now on to need nothing. */
  isKnown: boolean;
}

/** What a run works with, made once for all runs of a process or worker. `signal` ends them. */
export function settingsOf({ cache, forced, ...orders }: RunOrders, signal: AbortSignal): RunSettings {
  const code = new CodeReader(graph.map(({ source }) => source));
  return { ...orders, store: new Store(cache), code, forced: new Set(forced), signal };
}

/** Runs a variant. A failure is told to the user and does not keep other runs from going on. */
export async function runOne(variant: Variant, settings: RunSettings): Promise<RunOutcome> {
  const view = makeRunView({ lines: !settings.quiet, bars: settings.bars && !settings.quiet });
  try {
    const { metrics, isKnown } = await runVariant(variant, settings, view);
    return { finished: asFinished(variant, metrics), exitCode: 0, isKnown };
  } catch (error) {
    const exitCode = tellFailure(error, { run: variant.runName, stage: view.failed() });
    return { finished: null, exitCode, isKnown: false };
  }
}
