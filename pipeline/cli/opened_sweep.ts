/** Opens a sweep: the experiment is loaded and completed, and its trials can be loaded. */
import { join } from "node:path";
import type { StageRecord } from "../engine/keys/record.ts";
import { UsageError } from "../engine/run_errors.ts";
import { isExperimentFile } from "../experiment/extends.ts";
import { overrideOf } from "../experiment/override.ts";
import type { Pinned } from "../experiment/pinned.ts";
import { type Variant, variantsOf } from "../experiment/variants.ts";
import { checkPlace, SWEEP_SUFFIX } from "../results/folder.ts";
import { type CompleteSweep, completeSweep } from "../sweeps/complete_sweep.ts";
import { type SweepTrials, sweepTrials } from "../sweeps/sweep_trials.ts";
import type { CommandContext } from "./command.ts";
import { missingHosts } from "./network.ts";
import { pinForPlan, pinForRun } from "./pin_variants.ts";
import { makeRunContext, type RunChoices, type RunContext } from "./run_context.ts";
import { settingsOf } from "./settings.ts";

/** What a worker keeps of the datasets that its trials read: all of those that are usual. Bytes. */
const KEEP_BYTES = 1 << 28;

/** A sweep, as typed. */
export interface SweepCommand {
  file: string;
  set: readonly string[];
  /** Folders that may be read. */
  data: readonly string[];
}

/** What a worker receives besides its choices. */
export type SweepSurroundings = Pick<
  CommandContext<Record<never, never>>,
  "pipeline" | "code" | "foldersOf" | "lockOf" | "signal" | "patience" | "permissions" | "send" | "receive"
>;

/** A sweep with what its workers need for it. */
export interface OpenedSweep {
  command: SweepCommand;
  base: Pinned<Variant>;
  sweep: CompleteSweep;
  trials: SweepTrials;
  /** With what its trials share. */
  context: RunContext & { found: Map<string, StageRecord> };
  /** The folder of its results. */
  folder: string;
  /** The names of a trial's runs, one per seed: as `run` names them. */
  runNames(trial: number): string[];
}

/** Opens a sweep; or, if it is to be trained, returns the hosts ("HOST:PORT") that this process has to reach first. */
export async function openSweep(command: SweepCommand, choices: RunChoices, worker: SweepSurroundings, trains = true) {
  const { pipeline, code, foldersOf } = worker;
  const { file, set, data } = command;
  if (!isExperimentFile(file)) throw new UsageError(`sweep takes an experiment file, but ${file} holds none.`);
  const overrides = settingsOf({ set, seeds: null }).map(overrideOf);
  const settings = overrides.map(({ path, value }) => ({ path, values: [value] }));
  const folders = foldersOf(file);
  const [loaded] = variantsOf(pipeline, [file], settings, foldersOf);
  const sweep = completeSweep(pipeline, loaded);
  const folder = join(choices.results, loaded.runName + SWEEP_SUFFIX);
  checkPlace(folder);
  const context = { ...makeRunContext(choices, worker, KEEP_BYTES), found: new Map<string, StageRecord>() };
  const pin = (one: Variant) =>
    trains ? pinForRun([one], worker, choices, context.store) : pinForPlan([one], worker, choices);
  const pinned = await pin(loaded);
  if ("network" in pinned) return pinned;
  const { experiments: [base], found } = pinned;
  const network = trains ? missingHosts(base, context) : [];
  if (network.length > 0) return { network };
  const trials = sweepTrials({
    ...{ pipeline, code, sweep, loaded, overrides, folders, experiment: base },
    async pin(trial) {
      const one = await pin({ ...loaded, ...trial });
      if (!("network" in one)) return one.experiments[0];
      throw new UsageError(
        `A trial has to reach ${one.network.join(", ")}. Run it first, so that its files are locked.`,
      );
    },
  });
  const runNames = (trial: number) => {
    const choices = Object.entries(sweep.trials[trial]).map(([path, value]) => ({ path, values: [value] }));
    const seeds = { path: "seed", values: sweep.seeds };
    return variantsOf(pipeline, [file], [...settings, ...choices, seeds], foldersOf).map(({ runName }) => runName);
  };
  return { runNames, command: { file, set, data }, base, sweep, trials, context, folder, found };
}
