/** Loads the runs that a command asks for, and runs them, one after the other or several at a time. */
import { join } from "node:path";
import { isExperimentFile, paramsForRun } from "../experiment/load.ts";
import { suggestion } from "../text/suggestion.ts";
import { parseOverride } from "../experiment/override.ts";
import { parseSeeds, type Variant, variantsOf } from "../experiment/variants.ts";
import { UsageError } from "../engine/run_errors.ts";
import { makePlan } from "../engine/run/plan.ts";
import { checkPlace } from "../results/folder.ts";
import { keepKnownCommand } from "../results/keep_known.ts";
import type { RunCommand } from "../results/known.ts";
import { graph } from "../classifier/stages/mod.ts";
import { planText, runTitle } from "./closing.ts";
import { FAILED } from "./failure.ts";
import { listenForInterrupts, StoppedError } from "./interrupt.ts";
import { mustMayWrite } from "./may_write.ts";
import { keepNetworkFor } from "./network.ts";
import { tellComparison } from "./run_comparison.ts";
import { runOne, type RunOrders, type RunOutcome, settingsOf } from "./run_one.ts";
import type { RunSettings } from "./run_variant.ts";
import { complain, print } from "./terminal.ts";

/** How the runs are done. */
export interface Manner {
  /** So many at a time. */
  jobs: number;
  /** When one fails, none is begun any more. */
  failFast: boolean;
  /** Nothing is run; it is only said what would be. */
  isDry: boolean;
}

/**
 * Does what a command asks for, and gives the exit code.
 * @throws UsageError and ConfigError, before anything is run, when it cannot be done.
 */
export async function runCommand(command: RunCommand, orders: RunOrders, manner: Manner): Promise<number> {
  orders.forced.forEach(mustBeStage);
  const seeds = command.seeds === null ? null : parseSeeds(command.seeds);
  const variants = variantsOf(experimentFiles(command.files), command.set.map(parseOverride), seeds, command.data);
  for (const { runName } of variants) checkPlace(join(orders.results, runName));
  keepNetworkFor(manner.isDry ? [] : variants);
  if (manner.isDry) return dryRun(variants, settingsOf(orders, new AbortController().signal));
  mustMayWrite("run", [orders.results, orders.cache]);
  using interrupts = listenForInterrupts();
  const { outcomes, signal } = await runAll(variants, orders, manner, interrupts.signal);
  if (variants.every((_, at) => outcomes[at]?.isKnown)) {
    const { store, code } = settingsOf(orders, signal);
    await keepKnownCommand(command, variants, orders.results, store, code, performance.timeOrigin);
  }
  return closeRuns(variants, outcomes, orders, signal);
}

/** Runs all variants. One that fails does not keep the others from running, unless that is asked for. */
async function runAll(
  variants: readonly Variant[],
  orders: RunOrders,
  { jobs, failFast }: Manner,
  interrupted: AbortSignal,
): Promise<{ outcomes: RunOutcome[]; signal: AbortSignal }> {
  const failure = new AbortController();
  const signal = AbortSignal.any([interrupted, failure.signal]);
  const outcomes: RunOutcome[] = [];
  const onOutcome = (at: number, outcome: RunOutcome) => {
    outcomes[at] = outcome;
    if (failFast && outcome.exitCode !== 0) failure.abort(new StoppedError("Another run failed.", FAILED));
  };
  if (jobs > 1 && variants.length > 1) {
    await (await import("./run_jobs.ts")).runInWorkers(variants, orders, jobs, signal, onOutcome);
  } else {
    await runInTurn(variants, settingsOf(orders, signal), onOutcome);
  }
  return { outcomes, signal };
}

async function runInTurn(
  variants: readonly Variant[],
  settings: RunSettings,
  onOutcome: (at: number, outcome: RunOutcome) => void,
): Promise<void> {
  for (let at = 0; at < variants.length && !settings.signal.aborted; at++) {
    onOutcome(at, await runOne(variants[at], settings));
  }
}

/** Prints what is to be said of all runs, and gives the exit code. */
function closeRuns(
  variants: readonly Variant[],
  outcomes: readonly RunOutcome[],
  orders: RunOrders,
  signal: AbortSignal,
): number {
  const finished = outcomes.flatMap((outcome) => outcome?.finished ?? []);
  if (!orders.quiet) tellComparison(finished);
  if (!signal.aborted) return Math.max(...outcomes.map(({ exitCode }) => exitCode));
  const open = variants.filter((_, at) => outcomes[at]?.finished == null).map(({ runName }) => runName);
  if (variants.length > 1) complain(`Not finished: ${open.join(", ")}.`);
  return (signal.reason as StoppedError).exitCode;
}

function dryRun(variants: readonly Variant[], { store, code, forced, json }: RunSettings): number {
  for (const variant of variants) {
    const plan = makePlan(graph, paramsForRun(variant), store, code, forced);
    print(json ? JSON.stringify({ run: variant.runName, plan }) : `${runTitle(variant)}\n${planText(plan)}`);
  }
  return 0;
}

/** The experiments among the files: `experiments/*.json` also names what lies beside them. */
function experimentFiles(files: readonly string[]): string[] {
  const experiments = files.filter(isExperimentFile);
  if (experiments.length > 0) return experiments;
  throw new UsageError("run takes at least one experiment file, as in deno task run experiments/two-layer.json.");
}

function mustBeStage(name: string): void {
  const names = graph.map((stage) => stage.name);
  if (names.includes(name)) return;
  throw new UsageError(
    `--force takes the name of a stage, but there is no stage "${name}". ${suggestion(name, names)}`,
  );
}
