/** A run on the small dataset, in this process: what the command line does, without printing. */
import { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import { loadExperiment, paramsForRun } from "../../../pipeline/experiment/load.ts";
import { type Override, parseOverride } from "../../../pipeline/experiment/override.ts";
import type { RunFacts } from "../../../pipeline/results/run_json.ts";
import { writeResults, type Written } from "../../../pipeline/results/results.ts";
import { summarize, type Summary } from "../../../pipeline/results/summary.ts";
import { runStages } from "../../../pipeline/engine/run/runner.ts";
import { graph } from "../../../pipeline/classifier/stages/mod.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";

/** A finished run and the store that holds its artifacts. */
export interface FinishedRun {
  summary: Summary;
  store: Store;
  /** Brings a results folder up to date, as the command line does at the end of a run. */
  writeTo(folder: string): Promise<Written>;
}

/** When and how the run is said to have been: the same in every test. */
export const FACTS: RunFacts = {
  config: "small.json",
  started: new Date(Date.UTC(2024, 0, 2, 3, 4, 5)),
  seconds: 1.23456,
};

/** Runs an experiment file with `--set` values on a cache folder. */
export async function finishRun(config: string, cache: string, sets: readonly string[] = []): Promise<FinishedRun> {
  const overrides: Override[] = sets.map(parseOverride);
  const loaded = loadExperiment(config, overrides);
  const store = new Store(cache);
  const code = new CodeReader(graph.map(({ source }) => source));
  const params = paramsForRun(loaded);
  const signal = new AbortController().signal;
  const stages = await runStages({ graph, params, store, code, forced: new Set(), signal, events: {} });
  const summary = summarize(loaded.experiment.name, loaded.experiment, stages, store);
  return { summary, store, writeTo: (folder) => writeResults(folder, summary, store, code, FACTS) };
}
