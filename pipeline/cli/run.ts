/** `run`: runs experiments and writes their results. */
import { join } from "node:path";
import { CodeReader } from "../code.ts";
import { paramsForRun } from "../config/load.ts";
import { suggestion } from "../config/nearest.ts";
import { parseOverride } from "../config/override.ts";
import { parseSeeds, type Variant, variantsOf } from "../config/variants.ts";
import { UsageError } from "../errors.ts";
import { withLock } from "../lock.ts";
import { makePlan } from "../plan.ts";
import { compareRuns, type FinishedRun } from "../report/compare.ts";
import { checkPlace, lockNameOf } from "../report/folder.ts";
import { writeResults } from "../report/results.ts";
import { finalMetrics, summarize, type Summary } from "../report/summary.ts";
import { runStages } from "../runner.ts";
import { graph } from "../stages/mod.ts";
import { Store } from "../store.ts";
import { lookingIo } from "../store_io.ts";
import { comparisonText } from "./compare.ts";
import { closingTable, planText, runTitle } from "./closing.ts";
import { readOptions } from "./options.ts";
import { makeRunView } from "./run_view.ts";
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

/** What the command line asks for, checked. */
interface Request {
  variants: Variant[];
  results: string;
  store: Store;
  forced: Set<string>;
  json: boolean;
  quiet: boolean;
}

/** The command. */
export async function run(args: string[]): Promise<number> {
  const { values, lists, switches, rest } = readOptions(args, SPEC);
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  if (rest.length === 0) {
    throw new UsageError("run takes at least one experiment file, as in deno task run experiments/two-layer.json.");
  }
  const request: Request = {
    variants: variantsOf(
      rest,
      lists.set.map(parseOverride),
      values.seeds === undefined ? null : parseSeeds(values.seeds),
    ),
    results: values.results ?? "results",
    store: new Store(values.cache ?? ".retrace"),
    forced: new Set(lists.force.map(mustBeStage)),
    json: switches.has("json"),
    quiet: switches.has("quiet") || switches.has("json"),
  };
  for (const { runName } of request.variants) checkPlace(join(request.results, runName));
  const code = new CodeReader(graph.map(({ source }) => source));
  if (switches.has("dry-run")) return dryRun(request, code);

  const summaries: Summary[] = [];
  for (const variant of request.variants) summaries.push(await runVariant(variant, request, code));
  if (summaries.length > 1 && !request.quiet) print(`\n${comparisonText(compareRuns(summaries.map(asFinished)))}`);
  return 0;
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

function dryRun({ variants, store, forced, json }: Request, code: CodeReader): number {
  for (const variant of variants) {
    const plan = makePlan(graph, paramsForRun(variant), new Store(store.root, lookingIo), code, forced);
    print(json ? JSON.stringify({ run: variant.runName, plan }) : `${runTitle(variant)}\n${planText(plan)}`);
  }
  return 0;
}

async function runVariant(variant: Variant, request: Request, code: CodeReader): Promise<Summary> {
  const { results, store, forced, json, quiet } = request;
  const started = new Date();
  const clock = performance.now();
  if (!quiet) print(runTitle(variant));
  const stages = await runStages({
    graph,
    params: paramsForRun(variant),
    store,
    code,
    forced,
    signal: new AbortController().signal,
    events: makeRunView(quiet),
  });
  const summary = summarize(variant.runName, variant.experiment, stages, store);
  const folder = join(results, variant.runName);
  const seconds = (performance.now() - clock) / 1000;
  const written = await withLock(
    store.lockPath(lockNameOf(folder)),
    () => {},
    () => writeResults(folder, summary, store, code, { config: variant.file, started, seconds }),
  );
  if (json) {
    const actions = stages.map(({ stage, action, key, cues, seconds }) => ({ stage, action, key, cues, seconds }));
    print(JSON.stringify({ ...finalMetrics(summary), folder, stages: actions, seconds }));
  } else if (!quiet) {
    print(closingTable(summary, folder, written, (performance.now() - clock) / 1000));
  }
  return summary;
}

function mustBeStage(name: string): string {
  const names = graph.map((stage) => stage.name);
  if (names.includes(name)) return name;
  throw new UsageError(
    `--force takes the name of a stage, but there is no stage "${name}". ${suggestion(name, names)}`,
  );
}
