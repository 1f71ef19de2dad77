/** Runs the experiments of a command, one after the other or several at a time. */
import { join } from "node:path";
import { comparisonTerms, printComparison } from "./comparison_text.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { UsageError } from "../engine/run_errors.ts";
import { graphOf } from "../experiment/chain.ts";
import { isExperimentFile } from "../experiment/load.ts";
import { parseOverride } from "../experiment/override.ts";
import { parseSeeds, type Variant, variantsOf } from "../experiment/variants.ts";
import { checkPlace } from "../results/folder.ts";
import { keepKnownCommand } from "../results/keep_known.ts";
import type { RunCommand } from "../results/known.ts";
import { planVariants, requireStage } from "./experiment_plan.ts";
import { FAILED } from "./failure.ts";
import { listenForInterrupts, StoppedError } from "./interrupt.ts";
import { keepNetworkFor } from "./network.ts";
import { makeRunContext, type RunChoices, type RunOutcome, runVariant } from "./run_variant.ts";
import { planText } from "./stage_text.ts";
import { print, printError } from "./terminal.ts";
import { requireWritePermission } from "./write_permission.ts";

/** What is chosen for a whole command line. */
export interface CommandChoices extends RunChoices {
  /** This many runs at a time. */
  jobs: number;
  /** Start no run after one that fails. */
  failFast: boolean;
  /** Print what would run, and run nothing. */
  dryRun: boolean;
  /** The hosts that the process may reach. */
  hosts: readonly string[];
}

/**
 * Runs a command, and returns the exit code.
 * @throws UsageError or ConfigError, before anything is run, if it is not valid.
 */
export async function runAll(pipeline: Pipeline, command: RunCommand, choices: CommandChoices): Promise<number> {
  const { results, cache, force, dryRun, hosts } = choices;
  const seeds = command.seeds === null ? null : parseSeeds(command.seeds);
  const files = experimentFiles(command.files);
  const variants = variantsOf(pipeline, files, command.set.map(parseOverride), seeds, command.data);
  const graphs = variants.map(({ experiment }) => graphOf(pipeline, experiment));
  for (const stage of force) requireStage(stage, graphs);
  for (const { runName } of variants) checkPlace(join(results, runName));
  keepNetworkFor(pipeline, dryRun ? [] : variants, hosts);
  if (dryRun) {
    for (const { variant: { runName: run }, title, stages: plan } of planVariants(pipeline, variants, choices)) {
      print(choices.json ? JSON.stringify({ run, plan }) : `${title}\n${planText(plan)}`);
    }
    return 0;
  }
  requireWritePermission("run", [results, cache]);
  using interrupts = listenForInterrupts();
  const terms = await comparisonTerms(pipeline);
  const { outcomes, signal } = await runVariants(pipeline, variants, choices, interrupts.signal);
  if (variants.every((_, i) => outcomes[i]?.isKnown)) {
    const context = makeRunContext(pipeline, choices, signal);
    await keepKnownCommand(command, variants, terms, results, context, performance.timeOrigin);
  }
  const finished = outcomes.flatMap((outcome) => outcome?.finished ?? []);
  if (!choices.quiet && finished.length > 1) printComparison(finished, terms);
  if (!signal.aborted) return Math.max(...outcomes.map(({ exitCode }) => exitCode));
  const open = variants.filter((_, i) => !outcomes[i]?.finished).map(({ runName }) => runName);
  if (variants.length > 1) printError(`Not finished: ${open.join(", ")}.`);
  return (signal.reason as StoppedError).exitCode;
}

/** Runs all variants. Those that were not started have no outcome. */
async function runVariants(
  pipeline: Pipeline,
  variants: readonly Variant[],
  choices: CommandChoices,
  interrupted: AbortSignal,
): Promise<{ outcomes: RunOutcome[]; signal: AbortSignal }> {
  const failure = new AbortController();
  const signal = AbortSignal.any([interrupted, failure.signal]);
  const outcomes: RunOutcome[] = [];
  const onOutcome = (i: number, outcome: RunOutcome) => {
    outcomes[i] = outcome;
    if (choices.failFast && outcome.exitCode !== 0) failure.abort(new StoppedError("Another run failed.", FAILED));
  };
  if (choices.jobs > 1 && variants.length > 1) {
    await (await import("./run_jobs.ts")).runInWorkers(variants, choices, choices.jobs, signal, onOutcome);
  } else {
    const context = makeRunContext(pipeline, choices, signal);
    for (let i = 0; i < variants.length && !signal.aborted; i++) onOutcome(i, await runVariant(variants[i], context));
  }
  return { outcomes, signal };
}

/** The experiments among the files: `experiments/*.json` also matches the schema and the expected digests. */
function experimentFiles(files: readonly string[]): string[] {
  const experiments = files.filter(isExperimentFile);
  if (experiments.length > 0) return experiments;
  throw new UsageError(`run takes at least one experiment file, but ${files.join(" and ")} holds no experiment.`);
}
