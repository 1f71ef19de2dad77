/** `sweep status`: how far a sweep is. */
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { cache, data, json, results, set } from "../shared_options.ts";

export const command = defineCommand({
  name: "sweep status",
  about: "Show how far a sweep is, and its best trials",
  args: "CONFIG",
  terms: { CONFIG: 'an experiment file with a section "sweep"' },
  example: "experiments/sweeps/two-layer-sweep.json",
  options: { set, results, cache, data, json },
  details:
    "It is computed from what is stored, so it is the same while the sweep runs, here or elsewhere, and afterwards. Of what " +
    "was left to Slurm, it says how its tasks are.",
  modules: ["./run_sweep.ts"],
  scheduler: "./front/schedule_sweep_status.ts",
  experiments: ({ args }) => args,
  may: ({ options: { results, cache } }) => ({ read: [results, cache] }),
  async run({ args: [file], options: { set, data, ...others }, ...worker }) {
    const { showSweep } = await loadOnDemand<typeof import("../run_sweep.ts")>("./run_sweep.ts");
    const choices = { ...others, force: [], allowHost: [], computing: {}, jobs: 1, quiet: false };
    return await showSweep({ file, set: [...set], data: [...data] }, choices, worker);
  },
});
