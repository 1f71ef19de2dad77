/** `run`: runs experiments and writes their results. */
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { flag, repeatable, wholeNumber, withDefault } from "../option.ts";
import { DRAWING, V8_FLAGS } from "../permissions.ts";
import { printKnownRuns } from "../run_known.ts";
import { cache, data, json, results, seeds, set } from "../shared_options.ts";

/** More workers than any machine has cores are a typo. */
const MAX_JOBS = 1024;
/** The hosts that its task in deno.json may reach: the local ones for the user's own servers. */
const HOSTS = ["127.0.0.1", "localhost", "ossci-datasets.s3.amazonaws.com"];

export const command = defineCommand({
  name: "run",
  about: "Run experiments and write their results",
  args: "CONFIG…",
  terms: { CONFIG: "an experiment file" },
  example: "experiments/two-layer.json",
  options: {
    set,
    seeds,
    jobs: withDefault("N", "run this many at a time; each prints when it is done", "1", wholeNumber(1, MAX_JOBS)),
    results,
    cache,
    data,
    force: repeatable("STAGE", "run this stage although its result is stored"),
    failFast: flag("when a run fails, start no other, and stop those in progress"),
    dryRun: flag("show what would run, and why, without running it"),
    json,
    quiet: flag("print nothing but warnings and errors"),
  },
  details: "Ctrl-C stops within a second. Everything finished is stored, and the same command continues from there.",
  exitCodes: { 1: "a run failed", 2: "usage error, or an experiment that is not valid", 130: "stopped by Ctrl-C" },
  may: {
    read: true,
    write: ["results", ".retrace"],
    net: HOSTS,
    ffi: DRAWING.ffi,
    env: [V8_FLAGS, ...DRAWING.env],
    sys: ["hostname"],
    more: true,
  },
  common: true,
  async run({ pipeline, args, options }) {
    const wanted = { files: [...args], set: [...options.set], seeds: options.seeds ?? null, data: [...options.data] };
    const { results, cache, force, json, quiet, jobs, failFast, dryRun } = options;
    const choices = { results, cache, force, json, quiet: quiet || json, bars: true };
    if (!dryRun && force.length === 0 && await printKnownRuns(wanted, choices)) return 0;
    // What loads and runs experiments is loaded only now.
    const { runAll } = await loadOnDemand<typeof import("../run_all.ts")>("./run_all.ts");
    return await runAll(await pipeline(), wanted, { ...choices, jobs, failFast, dryRun, hosts: HOSTS });
  },
});
