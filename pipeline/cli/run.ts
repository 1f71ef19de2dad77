/** `run`: runs experiments and writes their results. */
import { join } from "node:path";
import { CodeReader } from "../code.ts";
import { isExperimentFile, paramsForRun } from "../config/load.ts";
import { suggestion } from "../config/nearest.ts";
import { parseOverride } from "../config/override.ts";
import { parseSeeds, type Variant, variantsOf } from "../config/variants.ts";
import { UsageError } from "../errors.ts";
import { makePlan } from "../plan.ts";
import { compareRuns, type FinishedRun } from "../report/compare.ts";
import { checkPlace } from "../report/folder.ts";
import { finalMetrics, type Summary } from "../report/summary.ts";
import { graph } from "../stages/mod.ts";
import { Store } from "../store.ts";
import { planText, runTitle } from "./closing.ts";
import { comparisonText } from "./compare.ts";
import { explain } from "./explain.ts";
import { readOptions } from "./options.ts";
import { type RunSettings, runVariant } from "./run_variant.ts";
import { print } from "./terminal.ts";

const HELP = `Run experiments: every stage whose result is not stored, then the results.

  deno task run CONFIG… [options]

  CONFIG               an experiment file, as in experiments/two-layer.json
  --set PATH=VALUE     change a value for this run: --set train.epochs=60 --set seed=7.
                       A path starts at a stage or at a field of the experiment.
  --seeds 0..9|0,1,2   run once per seed (the seed of both the weights and the batch order)
  --results DIR        where results go (default: results)
  --cache DIR          where stages are stored (default: .retrace)
  --force STAGE        run this stage although its result is stored; may be given several times
  --dry-run            show what would run, and why, without running it
  --json               print one JSON object a run instead of text
  --quiet              print nothing but warnings and errors

Exit code: 0 done, 1 a run failed, 2 wrong use or an experiment that cannot run.`;

const SPEC = {
  command: "run",
  values: ["seeds", "results", "cache"],
  lists: ["set", "force"],
  switches: ["dry-run", "json", "quiet"],
};

/** The command. */
export async function run(args: string[]): Promise<number> {
  const { values, lists, switches, rest } = readOptions(args, SPEC);
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  const settings: RunSettings = {
    results: values.results ?? "results",
    store: new Store(values.cache ?? ".retrace"),
    code: new CodeReader(graph.map(({ source }) => source)),
    forced: new Set(lists.force.map(mustBeStage)),
    json: switches.has("json"),
    quiet: switches.has("quiet") || switches.has("json"),
  };
  const seeds = values.seeds === undefined ? null : parseSeeds(values.seeds);
  const variants = variantsOf(experimentFiles(rest), lists.set.map(parseOverride), seeds);
  for (const { runName } of variants) checkPlace(join(settings.results, runName));
  return switches.has("dry-run") ? dryRun(variants, settings) : await runAll(variants, settings);
}

/** Runs one variant after the other. One that fails does not keep the others from running. */
async function runAll(variants: readonly Variant[], settings: RunSettings): Promise<number> {
  const summaries: Summary[] = [];
  let exitCode = 0;
  for (const variant of variants) {
    try {
      summaries.push(await runVariant(variant, settings));
    } catch (error) {
      exitCode = explain(error);
    }
  }
  if (summaries.length > 1 && !settings.quiet) {
    print(`\n${comparisonText(compareRuns(summaries.map(asFinished)))}`);
  }
  return exitCode;
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

/** A run's figures in the form in which `compare` reads them from its folder. */
function asFinished(summary: Summary): FinishedRun {
  const { seed, pipeline } = summary.experiment;
  return {
    name: summary.runName,
    experiment: { seed, pipeline: pipeline as unknown as FinishedRun["experiment"]["pipeline"] },
    metrics: finalMetrics(summary),
  };
}

function mustBeStage(name: string): string {
  const names = graph.map((stage) => stage.name);
  if (names.includes(name)) return name;
  throw new UsageError(
    `--force takes the name of a stage, but there is no stage "${name}". ${suggestion(name, names)}`,
  );
}
