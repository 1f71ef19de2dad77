/** What a worker does for `sweep`: plans, trains the trials that the front gives it, and concludes. */
import { join } from "node:path";
import type { CommandContext } from "./command.ts";
import { digestOfPlain, type Plain } from "../engine/store/digest.ts";
import { UsageError } from "../engine/run_errors.ts";
import { isExperimentFile } from "../experiment/extends.ts";
import { overrideOf } from "../experiment/override.ts";
import type { Pinned } from "../experiment/pinned.ts";
import { type Variant, variantsOf } from "../experiment/variants.ts";
import { checkPlace } from "../results/folder.ts";
import { type CompleteSweep, completeSweep } from "../sweeps/complete_sweep.ts";
import { type SweepTrials, sweepTrials } from "../sweeps/sweep_trials.ts";
import { concludeSweep } from "./conclude_sweep.ts";
import { missingHosts } from "./network.ts";
import { forgetFetched, pinForRun } from "./pin_variants.ts";
import { makeRunContext, type RunChoices, type RunContext } from "./run_context.ts";
import { runTrial } from "./run_trial.ts";
import { settingsOf } from "./settings.ts";
import { makeSweepWatch, type SweepWatch } from "./sweep_watch.ts";

/** A sweep, as typed. */
export interface SweepCommand {
  file: string;
  set: readonly string[];
  /** Folders that may be read. */
  data: readonly string[];
}

/** What a worker receives besides its choices. */
type Surroundings = Pick<
  CommandContext<Record<never, never>>,
  "pipeline" | "code" | "foldersOf" | "lockOf" | "signal" | "permissions" | "send" | "receive"
>;

/** A sweep with what its workers need for it. */
export interface OpenedSweep {
  command: SweepCommand;
  base: Pinned<Variant>;
  sweep: CompleteSweep;
  trials: SweepTrials;
  context: RunContext;
  /** The folder of its results. */
  folder: string;
}

/**
 * Does what the front requests, and returns the exit code.
 * @throws UsageError or ConfigError, before anything is trained, if the command is not valid.
 */
export async function runSweep(command: SweepCommand, choices: RunChoices, worker: Surroundings): Promise<number> {
  const { send, receive } = worker;
  const opened = await openSweep(command, choices, worker);
  if ("network" in opened) {
    send(opened);
    return 0;
  }
  const { sweep, trials, context, found } = opened;
  const identity = digestOfPlain(sweep as unknown as Plain);
  send({ variants: [opened.base.runName, identity], rivals: [], found });
  let watch: SweepWatch | null = null;
  for (;;) {
    const message = await receive();
    // The front has written the locks.
    forgetFetched(context.store, Object.values(found).flatMap(Object.keys));
    if ("planSweep" in message) {
      watch ??= await makeSweepWatch(opened);
      send({ tasks: watch.plan(new Map(message.planSweep.failed)) });
    } else if ("task" in message) {
      const trained = await runTrial(message.task, sweep, trials, context, watch !== null);
      watch?.show();
      send({ trained });
    } else if ("concludeSweep" in message) {
      return await concludeSweep(opened, (watch ??= await makeSweepWatch(opened)).report(), message.concludeSweep);
    }
  }
}

/** Opens a sweep; or returns the hosts ("HOST:PORT") that this process has to reach first. */
async function openSweep(command: SweepCommand, choices: RunChoices, worker: Surroundings) {
  const { pipeline, code, foldersOf } = worker;
  const { file, set, data } = command;
  if (!isExperimentFile(file)) throw new UsageError(`sweep takes an experiment file, but ${file} holds none.`);
  const overrides = settingsOf({ set, seeds: null }).map(overrideOf);
  const settings = overrides.map(({ path, value }) => ({ path, values: [value] }));
  const folders = foldersOf(file);
  const [loaded] = variantsOf(pipeline, [file], settings, foldersOf);
  const sweep = completeSweep(pipeline, loaded);
  const folder = join(choices.results, `${loaded.runName}.sweep`);
  checkPlace(folder);
  const context = makeRunContext(choices, worker);
  const pinned = await pinForRun([loaded], worker, choices, context.store);
  if ("network" in pinned) return pinned;
  const { experiments: [base], found } = pinned;
  const network = missingHosts(base, context);
  if (network.length > 0) return { network };
  const trials = sweepTrials({
    ...{ pipeline, code, sweep, loaded, overrides, folders, experiment: base },
    async pin(trial) {
      const one = await pinForRun([trial], worker, choices, context.store);
      if (!("network" in one)) return one.experiments[0];
      throw new UsageError(
        `A trial has to reach ${one.network.join(", ")}. Run it first, so that its files are locked.`,
      );
    },
  });
  return { command: { file, set, data }, base, sweep, trials, context, folder, found };
}
