/** `sweep`: searches the params of an experiment. */
import { readKnownSweep, subjectOfSweep } from "../../sweeps/known_sweep.ts";
import { Store } from "../../engine/store/store.ts";
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { flag } from "../option.ts";
import { training } from "../permissions.ts";
import {
  allowHost,
  cache,
  data,
  jobs,
  json,
  kernels,
  quiet,
  results,
  set,
  threads,
  verbose,
} from "../shared_options.ts";
import { checkSlurmChoices, slurmOptions } from "../slurm_options.ts";
import { print } from "../terminal.ts";

export const command = defineCommand({
  name: "sweep",
  about: "Search the params of an experiment, and run the best",
  args: "CONFIG",
  terms: { CONFIG: 'an experiment file with a section "sweep"' },
  example: "experiments/sweeps/two-layer-sweep.json",
  options: {
    set,
    jobs,
    results,
    cache,
    data,
    ...slurmOptions,
    dryRun: flag("show what is known, and what would be trained next, without training it"),
    allowHost,
    kernels,
    threads,
    json,
    quiet,
    verbose,
  },
  details:
    "Trials are ranked by a figure of the validation rows; test figures are computed once, for the winner, which is then " +
    "run as run does. What was trained is stored epoch by epoch: after Ctrl-C the same command goes on, and with more " +
    "trials it adds those that are missing. Trials that fail are left out, and tried again by the next command.",
  exitCodes: { 1: "a trial failed", 2: "usage error, or a sweep that is not valid", 130: "stopped by Ctrl-C" },
  common: true,
  resumes: true,
  modules: ["./run_sweep.ts"],
  scheduler: "./front/schedule_sweep.ts",
  experiments: ({ args }) => args,
  may: ({ options }) => training(options),
  async fastPath({ args: [file], options: { set, data, results, cache, dryRun, json, quiet, ...slurm } }) {
    checkSlurmChoices(slurm, { "dry-run": dryRun });
    if (dryRun || slurm.only !== undefined) return null;
    const known = await readKnownSweep(
      subjectOfSweep({ file, set: [...set], data: [...data] }, results),
      new Store(cache),
    );
    if (known === null) return null;
    if (json) print(known.json);
    else if (!quiet) print(known.text);
    return 0;
  },
  async run({ args: [file], options, ...worker }) {
    const { set, data, kernels, threads, json, quiet, ...others } = options;
    const { runSweep, showSweep } = await loadOnDemand<typeof import("../run_sweep.ts")>("./run_sweep.ts");
    const choices = { ...others, force: [], computing: { kernels, threads }, json, quiet: quiet || json };
    const sweep = { file, set: [...set], data: [...data] };
    return await (options.dryRun ? showSweep : runSweep)(sweep, choices, worker);
  },
});
