/** `run`: runs experiments and writes their results. */
import { UsageError } from "../../engine/run_errors.ts";
import type { RunCommand } from "../../results/known.ts";
import { late } from "../late.ts";
import { readOptions } from "../options.ts";
import type { RunOrders } from "../run_one.ts";
import { tellKnownCommand } from "../run_known.ts";
import { print } from "../terminal.ts";

const HELP = `Run experiments: every stage whose result is not stored, then the results.

  deno task run CONFIG… [options]

  CONFIG               an experiment file, as in experiments/two-layer.json
  --set PATH=VALUE     change a value for this run: --set train.epochs=60 --set seed=7.
                       A path starts at a stage or at a field of the experiment.
  --seeds 0..9|0,1,2   run once per seed (the seed of both the weights and the batch order)
  --jobs N             run so many at a time (default: 1); each prints when it is done
  --results DIR        where results go (default: results)
  --cache DIR          where stages are stored (default: .retrace)
  --data DIR           a folder outside of the experiment's and the current one that it may read; may be given again
  --force STAGE        run this stage although its result is stored; may be given several times
  --fail-fast          when a run fails, begin no other, and stop those at work
  --dry-run            show what would run, and why, without running it
  --json               print one JSON object a run instead of text
  --quiet              print nothing but warnings and errors

Ctrl-C stops within a second; what is finished is stored, and the same command goes on from there.

Exit code: 0 done, 1 a run failed, 2 wrong use or an experiment that cannot run, 130 stopped by Ctrl-C.`;

const SPEC = {
  command: "run",
  values: ["seeds", "jobs", "results", "cache"],
  lists: ["set", "force", "data"],
  switches: ["fail-fast", "dry-run", "json", "quiet"],
};

/** More workers than any machine has cores are a slip of the hand. */
const MOST_JOBS = 1024;

/** The command. */
export async function run(args: string[]): Promise<number> {
  const { values, lists, switches, rest } = readOptions(args, SPEC);
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  const orders: RunOrders = {
    results: values.results ?? "results",
    cache: values.cache ?? ".retrace",
    forced: lists.force,
    json: switches.has("json"),
    quiet: switches.has("quiet") || switches.has("json"),
    bars: true,
  };
  const manner = {
    jobs: values.jobs === undefined ? 1 : parseJobs(values.jobs),
    failFast: switches.has("fail-fast"),
    isDry: switches.has("dry-run"),
  };
  const command: RunCommand = { files: rest, set: lists.set, seeds: values.seeds ?? null, data: lists.data };
  const mayBeKnown = !manner.isDry && orders.forced.length === 0;
  if (mayBeKnown && await tellKnownCommand(command, orders)) return 0;
  // What loads and runs experiments is read only now.
  return await (await late<typeof import("../run_all.ts")>("./run_all.ts")).runCommand(command, orders, manner);
}

/** Reads `--jobs`. */
function parseJobs(text: string): number {
  const jobs = Number(text);
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new UsageError(`--jobs takes a number from 1 to ${MOST_JOBS}, but was given ${JSON.stringify(text)}.`);
}
