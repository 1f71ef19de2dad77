/** Runs one variant: its stages, then its results. An error is reported; other runs continue. */
import { join } from "node:path";
import type { StoredRun } from "../compare/compare_runs.ts";
import { finalFigures } from "../define/finished_run.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { CodeReader } from "../engine/keys/code.ts";
import { secondsSince } from "../engine/run/folds.ts";
import { withRepairs } from "../engine/run/repairs.ts";
import type { RunEvents } from "../engine/run/run_options.ts";
import { runStages } from "../engine/run/runner.ts";
import { withLock } from "../engine/store/lock.ts";
import { Store } from "../engine/store/store.ts";
import { graphOf } from "../experiment/chain.ts";
import type { Variant } from "../experiment/variants.ts";
import { summaryRows } from "../results/summary_rows.ts";
import { finishedRun } from "../results/finish_run.ts";
import { followable } from "../results/live_log.ts";
import { lockPathOf } from "../results/folder.ts";
import { keepKnownRun, subjectOf } from "../results/keep_known.ts";
import { readKnownRun } from "../results/known.ts";
import { writeResults } from "../results/results.ts";
import { runTitle } from "../results/run_title.ts";
import { printFailure } from "./failure.ts";
import { networkDone } from "./network.ts";
import { type EndedRun, printEnd, printKnownRun, storedRun, titleLine, type Verbosity } from "./run_report.ts";
import { makeRunView, type RunView } from "./run_view.ts";
import { print } from "./terminal.ts";

/** What the runs of a command line have in common, as plain data that a worker can be sent. */
export interface RunChoices extends Verbosity {
  /** The folder that contains a folder per run. */
  results: string;
  cache: string;
  /** The stages that run although their results are stored. */
  force: readonly string[];
  /** Whether progress bars are drawn: only one thread can have the terminal. */
  bars: boolean;
}

/** What all runs of a thread share. */
export interface RunContext {
  pipeline: Pipeline;
  choices: RunChoices;
  store: Store;
  code: CodeReader;
  /** Ends the runs. */
  signal: AbortSignal;
}

/** The outcome of a run. */
export interface RunOutcome {
  /** Its figures; null if it failed. */
  finished: StoredRun | null;
  exitCode: number;
  /** Whether it is known to need no work next time. */
  isKnown: boolean;
}

/** Makes what all runs of a thread share. */
export function makeRunContext(pipeline: Pipeline, choices: RunChoices, signal: AbortSignal): RunContext {
  return { pipeline, choices, store: new Store(choices.cache), code: new CodeReader(pipeline.roots), signal };
}

/** Runs a variant, writes its results, and prints both. An error is printed, not thrown. */
export async function runVariant(variant: Variant, context: RunContext): Promise<RunOutcome> {
  const { pipeline, choices, store, code } = context;
  const { quiet, bars, results, force } = choices;
  const { runName, experiment } = variant;
  const folder = join(results, runName);
  const view = makeRunView({ lines: !quiet, bars: bars && !quiet });
  try {
    const started = performance.now();
    const subject = subjectOf(variant, { pipeline, code });
    const known = force.length > 0 ? null : await readKnownRun(subject, folder, store);
    if (known === null && !quiet) print(titleLine(runName, runTitle(pipeline, experiment)));
    const ended = known === null
      ? await withRepairs(store, () => runAndWrite(subject, variant, folder, context, view))
      : printKnownRun(runName, known, choices);
    networkDone(pipeline, variant);
    printEnd(folder, ended, secondsSince(started), choices);
    return { finished: storedRun(variant, ended.metrics), exitCode: 0, isKnown: ended.isKnown };
  } catch (error) {
    return { finished: null, exitCode: printFailure(error, { run: runName, stage: view.failed() }), isKnown: false };
  }
}

async function runAndWrite(
  subject: string,
  variant: Variant,
  folder: string,
  { pipeline, choices, store, code, signal }: RunContext,
  view: RunView,
): Promise<EndedRun> {
  const { runName: name, experiment, params, file } = variant;
  const [started, clock] = [new Date(), performance.now()];
  const graph = graphOf(pipeline, experiment);
  const stageEnds: RunEvents["stageEnds"] = (result) => {
    networkDone(pipeline, variant, result.stage);
    view.stageEnds?.(result);
  };
  return await followable({ pipeline, folder, name, experiment }, store, { ...view, stageEnds }, async (events) => {
    const forced = new Set(choices.force);
    const stages = await runStages({ graph, library: pipeline, params, store, code, forced, name, signal, events })
      .finally(() => networkDone(pipeline, variant));
    const facts = { config: file, started, seconds: secondsSince(clock) };
    const finished = finishedRun(pipeline, { name, experiment }, graph, stages, store);
    signal.throwIfAborted();
    const write = () => writeResults(pipeline, folder, finished, code, facts);
    const written = await withLock(lockPathOf(folder), view.resultsWait, write, { by: name, signal });
    const isKnown = written === "unchanged" && stages.every(({ action }) => action === "hit") &&
      await keepKnownRun(subject, finished, folder, { pipeline, store }, started.getTime());
    return {
      metrics: finalFigures(finished),
      rows: summaryRows(pipeline, finished),
      stages: stages.map(({ stage, action, key, cues, seconds }) => ({ stage, action, key, cues, seconds })),
      written,
      isKnown,
    };
  });
}
