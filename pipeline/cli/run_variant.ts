/** Runs one variant: its stages, then its results. */
import { join } from "node:path";
import type { CodeReader } from "../code.ts";
import { paramsForRun } from "../config/load.ts";
import type { Variant } from "../config/variants.ts";
import { withLock } from "../lock.ts";
import { lockPathOf } from "../report/folder.ts";
import { writeResults, type Written } from "../report/results.ts";
import { finalMetrics, summarize, type Summary } from "../report/summary.ts";
import { repairing, runStages, type StageResult } from "../runner.ts";
import { graph } from "../stages/mod.ts";
import type { Store } from "../store.ts";
import { closingTable, runTitle } from "./closing.ts";
import { makeRunView } from "./run_view.ts";
import { print } from "./terminal.ts";

/** What all runs of one command line have in common. */
export interface RunSettings {
  /** The folder in which each run has its own. */
  results: string;
  store: Store;
  code: CodeReader;
  forced: ReadonlySet<string>;
  json: boolean;
  quiet: boolean;
  bars: boolean;
}

/** Runs a variant, writes its results, and tells of it. */
export async function runVariant(variant: Variant, settings: RunSettings): Promise<Summary> {
  const { json, quiet } = settings;
  const folder = join(settings.results, variant.runName);
  const clock = performance.now();
  if (!quiet) print(runTitle(variant));
  const { stages, summary, written } = await repairing(() => runAndWrite(variant, folder, settings));
  const seconds = (performance.now() - clock) / 1000;
  if (json) print(jsonLine(summary, folder, stages, seconds));
  else if (!quiet) print(closingTable(summary, folder, written, seconds));
  return summary;
}

async function runAndWrite(
  variant: Variant,
  folder: string,
  { store, code, forced, quiet, bars }: RunSettings,
): Promise<{ stages: StageResult[]; summary: Summary; written: Written }> {
  const started = new Date();
  const clock = performance.now();
  const stages = await runStages({
    graph,
    params: paramsForRun(variant),
    store,
    code,
    forced,
    signal: new AbortController().signal,
    events: makeRunView({ lines: !quiet, bars: bars && !quiet }),
  });
  const facts = { config: variant.file, started, seconds: (performance.now() - clock) / 1000 };
  const summary = summarize(variant.runName, variant.experiment, stages, store);
  const write = () => writeResults(folder, summary, store, code, facts);
  const written = await withLock(lockPathOf(folder), () => {}, write);
  return { stages, summary, written };
}

/** A run for programs: its figures, its folder, and what happened to each stage. */
function jsonLine(summary: Summary, folder: string, stages: readonly StageResult[], seconds: number): string {
  const actions = stages.map(({ stage, action, key, cues, seconds }) => ({ stage, action, key, cues, seconds }));
  return JSON.stringify({ ...finalMetrics(summary), folder, stages: actions, seconds });
}
