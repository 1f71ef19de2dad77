/** Runs one variant: its stages, then its results. */
import { join } from "node:path";
import type { CodeReader } from "../code.ts";
import { paramsForRun } from "../config/load.ts";
import type { Variant } from "../config/variants.ts";
import { withLock } from "../lock.ts";
import { followable } from "../report/followable.ts";
import { lockPathOf } from "../report/folder.ts";
import { keepKnownRun, type KnownRun, readKnownRun } from "../report/known_run.ts";
import { writeResults, type Written } from "../report/results.ts";
import { type FinalMetrics, finalMetrics, summarize } from "../report/summary.ts";
import { repairing, runStages, type StageResult } from "../runner.ts";
import { graph } from "../stages/mod.ts";
import type { Store } from "../store.ts";
import { closingTable, runTitle } from "./closing.ts";
import { hasDownloaded } from "./permissions.ts";
import { hitLine, type RunView } from "./run_view.ts";
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
  /** Ends the run. */
  signal: AbortSignal;
}

/** A stage as a program is told of it. */
type StageAction = Pick<StageResult, "stage" | "action" | "key" | "cues" | "seconds">;

/** A run that is over. */
interface Ended {
  metrics: FinalMetrics;
  stages: StageAction[];
  written: Written;
}

/** Runs a variant, writes its results, tells of it, and gives its figures. */
export async function runVariant(variant: Variant, settings: RunSettings, view: RunView): Promise<FinalMetrics> {
  const { json, quiet } = settings;
  const folder = join(settings.results, variant.runName);
  const clock = performance.now();
  if (!quiet) print(runTitle(variant));
  const known = settings.forced.size > 0 ? null : readKnownRun(variant, folder, settings.store, settings.code);
  if (known !== null) hasDownloaded(variant);
  const ended = known === null
    ? await settings.store.leased(() => repairing(() => runAndWrite(variant, folder, settings, view)))
    : showKnown(known, quiet);
  const seconds = (performance.now() - clock) / 1000;
  const { metrics, stages, written } = ended;
  if (json) print(JSON.stringify({ ...metrics, folder, stages, seconds }));
  else if (!quiet) print(closingTable(metrics, variant.experiment, folder, written, seconds));
  return metrics;
}

async function runAndWrite(variant: Variant, folder: string, settings: RunSettings, view: RunView): Promise<Ended> {
  const { store, code, forced, signal } = settings;
  const started = new Date();
  const clock = performance.now();
  const run = { folder, runName: variant.runName, train: variant.experiment.pipeline.train };
  return await followable(run, store, view, async (events) => {
    const stageEnds = (result: StageResult) => {
      if (result.stage === "download") hasDownloaded(variant);
      events.stageEnds?.(result);
    };
    const stages = await runStages({
      graph,
      params: paramsForRun(variant),
      store,
      code,
      forced,
      name: variant.runName,
      signal,
      events: { ...events, stageEnds },
    }).finally(() => hasDownloaded(variant));
    const facts = { config: variant.file, started, seconds: (performance.now() - clock) / 1000 };
    const summary = summarize(variant.runName, variant.experiment, stages, store);
    const write = () => writeResults(folder, summary, store, code, facts);
    signal.throwIfAborted();
    const by = variant.runName;
    const written = await withLock(lockPathOf(folder), (owner) => view.resultsWait(owner), write, { by, signal });
    if (written === "unchanged" && stages.every(({ action }) => action === "hit")) {
      keepKnownRun(variant, folder, stages, store, code, started.getTime());
    }
    const actions = stages.map(({ stage, action, key, cues, seconds }) => ({ stage, action, key, cues, seconds }));
    return { metrics: finalMetrics(summary), stages: actions, written };
  });
}

function showKnown({ stages, metrics }: KnownRun, quiet: boolean): Ended {
  if (!quiet) stages.forEach(({ stage, bytes, seconds }) => print(hitLine(stage, bytes, 0, seconds)));
  const actions = stages.map(({ stage, key }): StageAction => ({ stage, action: "hit", key, cues: [], seconds: 0 }));
  return { metrics, stages: actions, written: "unchanged" };
}
