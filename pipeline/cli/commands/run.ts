/** `run`: runs experiments and writes their results. */
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { flag, repeatable } from "../option.ts";
import { training } from "../permissions.ts";
import { printKnownRuns } from "../run_known.ts";
import {
  allowHost,
  cache,
  data,
  grid as set,
  jobs,
  json,
  kernels,
  quiet,
  results,
  seeds,
  threads,
  verbose,
} from "../shared_options.ts";
import { checkSlurmChoices, slurmOptions } from "../slurm_options.ts";

export const command = defineCommand({
  name: "run",
  about: "Run experiments and write their results",
  args: "CONFIG…",
  terms: { CONFIG: "an experiment file" },
  example: "experiments/two-layer.json",
  options: {
    set,
    seeds,
    jobs,
    results,
    cache,
    data,
    force: repeatable("STAGE", "run this stage although its result is stored"),
    ...slurmOptions,
    failFast: flag("when a run fails, start no other, and stop those in progress"),
    updateLock: flag("fetch the files that are locked again, accept what has changed, and say what"),
    dryRun: flag("show what would run, and why, without running it"),
    allowHost,
    kernels,
    threads,
    json,
    quiet,
    verbose,
  },
  details:
    "The first run of an experiment writes to NAME.lock.json, beside NAME.json, what its files on the web are, unless " +
    "it gives their SHA-256. From then on, other bytes are an error. " +
    "Ctrl-C stops within a second. Everything finished is stored, and the same command continues from there. " +
    "The work is done by a process that may read and write no more than the experiments need.",
  exitCodes: { 1: "a run failed", 2: "usage error, or an experiment that is not valid", 130: "stopped by Ctrl-C" },
  common: true,
  resumes: true,
  modules: ["./run_all.ts"],
  scheduler: "./front/schedule_runs.ts",
  experiments: ({ args }) => args,
  may: ({ options }) => training(options),
  async fastPath({ args, options }) {
    const { set, seeds, data, results, cache, force, updateLock, dryRun, json, quiet, failFast, ...slurm } = options;
    checkSlurmChoices(slurm, { "fail-fast": failFast, force: force[0] });
    if (dryRun || updateLock || force.length > 0 || slurm.only !== undefined) return null;
    const command = { files: [...args], set: [...set], seeds: seeds ?? null, data: [...data] };
    return await printKnownRuns(command, { results, cache, json, quiet: quiet || json }) ? 0 : null;
  },
  async run({ args, options, ...worker }) {
    const { set, seeds = null, data, kernels, threads, json, quiet, ...others } = options;
    const { runAll } = await loadOnDemand<typeof import("../run_all.ts")>("./run_all.ts");
    const command = { files: [...args], set: [...set], seeds, data: [...data] };
    const choices = {
      ...others,
      computing: { kernels, threads },
      json,
      quiet: quiet || json,
    };
    return await runAll(command, choices, worker);
  },
});
