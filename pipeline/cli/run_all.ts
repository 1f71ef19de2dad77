/** What a worker does for `run`: checks the experiments, runs the variants that the front gives it, and concludes. */
import { join, resolve } from "node:path";
import { comparisonTerms } from "./comparison_text.ts";
import type { CommandContext } from "./command.ts";
import { UsageError } from "../engine/run_errors.ts";
import { graphOf } from "../experiment/chain.ts";
import { isExperimentFile } from "../experiment/extends.ts";
import type { Pinned } from "../experiment/pinned.ts";
import { distinct, type Variant, variantsOf } from "../experiment/variants.ts";
import { checkPlace } from "../results/folder.ts";
import { keepKnownCommand } from "../results/keep_known.ts";
import type { RunCommand } from "../results/known.ts";
import { ownFiles } from "../results/results.ts";
import { rivalOf } from "../results/rival.ts";
import { planVariants, requireStage } from "./experiment_plan.ts";
import { printFinished } from "./grid_text.ts";
import { missingHosts } from "./network.ts";
import { forgetFetched, pinForPlan, pinForRun } from "./pin_variants.ts";
import type { ToWorker } from "./protocol.ts";
import { makeRunContext, type RunChoices, type RunContext } from "./run_context.ts";
import { checkSubject, surveyOf } from "./run_survey.ts";
import { runVariant } from "./run_variant.ts";
import { settingsOf } from "./settings.ts";
import { planText } from "./stage_text.ts";
import { print } from "./terminal.ts";

/** What is chosen for a whole command line. */
export interface CommandChoices extends RunChoices {
  /** Print what would run, and run nothing. */
  dryRun: boolean;
}

/** What a worker receives besides its choices. */
type Surroundings = Pick<
  CommandContext<Record<never, never>>,
  "pipeline" | "code" | "foldersOf" | "lockOf" | "signal" | "patience" | "permissions" | "send" | "receive"
>;

/**
 * Runs what the front requests, and returns the exit code.
 * @throws UsageError or ConfigError, before anything is run, if the command is not valid.
 */
export async function runAll(command: RunCommand, choices: CommandChoices, worker: Surroundings): Promise<number> {
  const { pipeline, code, foldersOf, send, receive } = worker;
  const { results, force, dryRun } = choices;
  const requested = variantsOf(pipeline, experimentFiles(command.files), settingsOf(command), foldersOf);
  const graphs = requested.map(({ experiment }) => graphOf(pipeline, experiment));
  for (const stage of force) requireStage(stage, graphs);
  const folderOf = ({ runName }: Variant) => join(results, runName);
  for (const variant of requested) checkPlace(folderOf(variant), ownFiles(pipeline));
  const context = makeRunContext({ ...choices, jobs: Math.min(choices.jobs, requested.length) }, worker);
  const pinned =
    await (dryRun ? pinForPlan(requested, worker, choices) : pinForRun(requested, worker, choices, context.store));
  if ("network" in pinned) {
    send(pinned);
    return 0;
  }
  const { found } = pinned;
  const variants = distinct(pinned.experiments);
  const rivals = variants.map((variant) => rivalOf(folderOf(variant), variant));
  send({ variants: variants.map(({ runName }) => runName), rivals, found });
  for (;;) {
    // The front may have refused it.
    const message = await receive();
    if ("survey" in message) {
      send({ survey: surveyOf(pipeline, message.survey.map((i) => variants[i]), code, choices) });
      continue;
    }
    if (dryRun) {
      for (const { variant, title, stages: plan } of planVariants(pipeline, variants, code, choices)) {
        const run = variant.runName;
        print(choices.json ? JSON.stringify({ run, plan }) : `${title}\n${planText(plan)}`);
      }
      return 0;
    }
    // The front has written the locks.
    forgetFetched(context.store, Object.values(found).flatMap(Object.keys));
    if ("end" in message) {
      await conclude(command, variants, message, context);
      return 0;
    }
    if (!("run" in message)) continue;
    const network = missingHosts(variants[message.run], context);
    if (network.length > 0) {
      send({ network });
      return 0;
    }
    const [variant, rival] = [variants[message.run], rivals[message.run]];
    const file = message.keepsFile && rival !== null ? rival.other : resolve(variant.file);
    checkSubject(message.subject, variant, context);
    const outcome = await runVariant(variant, context, rival, file);
    send({ progress: null });
    send({ outcome });
  }
}

/** Compares the finished runs, and keeps a receipt if all are known to need no work. */
async function conclude(
  command: RunCommand,
  variants: readonly Pinned<Variant>[],
  { end: outcomes, program }: Extract<ToWorker, { end: unknown }>,
  context: RunContext,
): Promise<void> {
  const { pipeline, choices } = context;
  const terms = await comparisonTerms(pipeline);
  if (outcomes.every((outcome) => outcome?.isKnown)) {
    await keepKnownCommand(command, variants, terms, choices.results, context, performance.timeOrigin, program);
  }
  const finished = outcomes.flatMap((outcome) => outcome?.finished ?? []);
  if (!choices.quiet && finished.length > 1) printFinished(finished, outcomes.length, terms, choices.results);
}

/** The experiments among the files: `experiments/*.json` also matches the schema and the expected digests. */
function experimentFiles(files: readonly string[]): string[] {
  const experiments = files.filter(isExperimentFile);
  if (experiments.length > 0) return experiments;
  throw new UsageError(`run takes at least one experiment file, but ${files.join(" and ")} holds no experiment.`);
}
