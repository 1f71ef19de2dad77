/** Runs one variant: its stages, then its results. */
import { join } from "node:path";
import type { CodeReader } from "../engine/keys/code.ts";
import { paramsForRun } from "../experiment/load.ts";
import type { Variant } from "../experiment/variants.ts";
import { withLock } from "../engine/store/lock.ts";
import { followable } from "../results/followable.ts";
import { lockPathOf } from "../results/folder.ts";
import { keepKnownRun, subjectOf } from "../results/keep_known.ts";
import { readKnownRun } from "../results/known.ts";
import { writeResults } from "../results/results.ts";
import { finalMetrics, summarize } from "../results/summary.ts";
import { repairing, runStages, type StageResult } from "../engine/run/runner.ts";
import { graph } from "../classifier/stages/mod.ts";
import type { Store } from "../engine/store/store.ts";
import { runTitle } from "./closing.ts";
import { hasDownloaded } from "./network.ts";
import { type Ended, endKnown, tellEnd } from "./run_end.ts";
import type { RunView } from "./run_view.ts";
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

/** Runs a variant, writes its results, tells of it, and gives its end. */
export async function runVariant(variant: Variant, settings: RunSettings, view: RunView): Promise<Ended> {
  const folder = join(settings.results, variant.runName);
  const clock = performance.now();
  if (!settings.quiet) print(runTitle(variant));
  const subject = subjectOf(variant, settings.code);
  const known = settings.forced.size > 0 ? null : await readKnownRun(subject, folder, settings.store);
  if (known !== null) hasDownloaded(variant);
  const ended = known === null
    ? await settings.store.leased(() => repairing(() => runAndWrite(subject, variant, folder, settings, view)))
    : endKnown(known, settings);
  tellEnd(variant, folder, ended, (performance.now() - clock) / 1000, settings);
  return ended;
}

async function runAndWrite(
  subject: string,
  variant: Variant,
  folder: string,
  settings: RunSettings,
  view: RunView,
): Promise<Ended> {
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
    const isKnown = written === "unchanged" && stages.every(({ action }) => action === "hit") &&
      await keepKnownRun(subject, variant, folder, stages, store, started.getTime());
    const actions = stages.map(({ stage, action, key, cues, seconds }) => ({ stage, action, key, cues, seconds }));
    return { metrics: finalMetrics(summary), stages: actions, written, isKnown };
  });
}
