/** `run`: runs experiments and writes their results. */
import { join } from "node:path";
import { isExperimentFile, paramsForRun } from "../config/load.ts";
import { suggestion } from "../config/nearest.ts";
import { parseOverride } from "../config/override.ts";
import { parseSeeds, type Variant, variantsOf } from "../config/variants.ts";
import { UsageError } from "../errors.ts";
import { makePlan } from "../plan.ts";
import { compareRuns } from "../report/compare.ts";
import { checkPlace } from "../report/folder.ts";
import { graph } from "../stages/mod.ts";
import { planText, runTitle } from "./closing.ts";
import { comparisonText } from "./compare_text.ts";
import { FAILED } from "./failure.ts";
import { listenForInterrupts, StoppedError } from "./interrupt.ts";
import { readOptions } from "./options.ts";
import { keepNetworkFor, mustMayWrite } from "./permissions.ts";
import { runOne, type RunOrders, type RunOutcome, settingsOf } from "./run_one.ts";
import type { RunSettings } from "./run_variant.ts";
import { complain, print } from "./terminal.ts";

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
    forced: lists.force.map(mustBeStage),
    json: switches.has("json"),
    quiet: switches.has("quiet") || switches.has("json"),
    bars: true,
  };
  const jobs = values.jobs === undefined ? 1 : parseJobs(values.jobs);
  const seeds = values.seeds === undefined ? null : parseSeeds(values.seeds);
  const variants = variantsOf(experimentFiles(rest), lists.set.map(parseOverride), seeds, lists.data);
  for (const { runName } of variants) checkPlace(join(orders.results, runName));
  keepNetworkFor(switches.has("dry-run") ? [] : variants);
  if (switches.has("dry-run")) return dryRun(variants, settingsOf(orders, new AbortController().signal));
  mustMayWrite("run", [orders.results, orders.cache]);
  return await runAll(variants, orders, { jobs, failFast: switches.has("fail-fast") });
}

/** Runs all variants. One that fails does not keep the others from running, unless that is asked for. */
async function runAll(
  variants: readonly Variant[],
  orders: RunOrders,
  { jobs, failFast }: { jobs: number; failFast: boolean },
): Promise<number> {
  using interrupts = listenForInterrupts();
  const failure = new AbortController();
  const signal = AbortSignal.any([interrupts.signal, failure.signal]);
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
  return closeRuns(variants, outcomes, orders, signal);
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
  if (finished.length > 1 && !orders.quiet) print(`\n${comparisonText(compareRuns(finished))}`);
  if (!signal.aborted) return Math.max(...outcomes.map(({ exitCode }) => exitCode));
  const open = variants.filter((_, at) => outcomes[at]?.finished == null).map(({ runName }) => runName);
  if (variants.length > 1) complain(`Not finished: ${open.join(", ")}.`);
  return (signal.reason as StoppedError).exitCode;
}

/** Reads `--jobs`. */
function parseJobs(text: string): number {
  const jobs = Number(text);
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new UsageError(`--jobs takes a number from 1 to ${MOST_JOBS}, but was given ${JSON.stringify(text)}.`);
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

function mustBeStage(name: string): string {
  const names = graph.map((stage) => stage.name);
  if (names.includes(name)) return name;
  throw new UsageError(
    `--force takes the name of a stage, but there is no stage "${name}". ${suggestion(name, names)}`,
  );
}
