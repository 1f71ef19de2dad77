/** A run on the small dataset, in this process: what the command line does, without printing. */
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import type { FinishedRun } from "../../../pipeline/define/figure.ts";
import type { Pipeline } from "../../../pipeline/define/define_pipeline.ts";
import { codeOf } from "../code_of.ts";
import { withRepairs } from "../../../pipeline/engine/run/repairs.ts";
import { runStages } from "../../../pipeline/engine/run/runner.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { graphOf } from "../../../pipeline/experiment/chain.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { finishedRun } from "../../../pipeline/results/finish_run.ts";
import { writeResults, type Written } from "../../../pipeline/results/results.ts";
import type { RunFacts } from "../../../pipeline/results/run_json.ts";
import { parseOverride } from "../experiment/parse_override.ts";

/** The same facts for every run: only what was computed tells two runs apart. */
export const FACTS: RunFacts = {
  ...{ config: "small.json", file: "../small.json", started: new Date("2024-01-02T03:04:05Z"), seconds: 1.2345 },
  computing: { name: "wasm", threads: 1 },
  permissions: { worker: { read: true } },
};

/** A finished run, and its results, to be written as often as a test wants. */
export interface FinishedSmallRun {
  pipeline: Pipeline;
  run: FinishedRun;
  store: Store;
  writeTo(folder: string): Promise<Written>;
}

/** Runs an experiment file with overrides, as `--set` takes them. */
export async function finishRun(
  config: string,
  cache: string,
  sets: string[] = [],
  pipeline: Pipeline = classifier,
): Promise<FinishedSmallRun> {
  const { experiment, params } = loadExperiment(pipeline, config, sets.map(parseOverride));
  const store = new Store(cache);
  const code = await codeOf(pipeline);
  const graph = graphOf(pipeline, experiment);
  const stages = await withRepairs(store, () =>
    runStages({
      ...{ graph, params, library: pipeline, store, code },
      forced: new Set(),
      name: experiment.name,
      signal: new AbortController().signal,
      events: {},
    }));
  const run = finishedRun(pipeline, { name: experiment.name, experiment }, graph, stages, store);
  return { pipeline, run, store, writeTo: (folder) => writeResults(pipeline, folder, run, { store, code }, FACTS) };
}
