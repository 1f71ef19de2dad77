/** Runs one variant: its stages, then its results. A run that fails is reported, and leaves others alone. */
import { join } from "node:path";
import type { StoredRun } from "../compare/compare_runs.ts";
import { finalFigures } from "../define/finished_run.ts";
import type { Pipeline } from "../define/pipeline.ts";
import { CodeReader } from "../engine/keys/code.ts";
import { withRepairs } from "../engine/run/repairs.ts";
import { runStages, type StageResult } from "../engine/run/runner.ts";
import { withLock } from "../engine/store/lock.ts";
import { Store } from "../engine/store/store.ts";
import { graphOf } from "../experiment/chain.ts";
import type { Variant } from "../experiment/variants.ts";
import { closingRows } from "../results/closing_rows.ts";
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
  /** The folder in which each run has its own. */
  results: string;
  cache: string;
  /** The stages that run although their results are stored. */
  force: readonly string[];
  /** Whether progress bars are drawn: only one thread can have the terminal. */
  bars: boolean;
}

/** What runs work with: made once for all runs of a thread. */
export interface RunContext {
  pipeline: Pipeline;
  choices: RunChoices;
  store: Store;
  code: CodeReader;
  /** Ends the runs. */
  signal: AbortSignal;
}

/** How a run ended. */
export interface RunOutcome {
  /** Its figures; null when it failed. */
  finished: StoredRun | null;
  exitCode: number;
  /** Whether it is known from now on to need no work. */
  isKnown: boolean;
}

/** Makes what runs work with. */
export function makeRunContext(pipeline: Pipeline, choices: RunChoices, signal: AbortSignal): RunContext {
  return { pipeline, choices, store: new Store(choices.cache), code: new CodeReader(pipeline.roots), signal };
}

/** Runs a variant, writes its results, and prints both. A failure is printed, not thrown. */
export async function runVariant(variant: Variant, context: RunContext): Promise<RunOutcome> {
  const { quiet, bars } = context.choices;
  const view = makeRunView({ lines: !quiet, bars: bars && !quiet });
  try {
    const { metrics, isKnown } = await runAndPrint(variant, context, view);
    return { finished: storedRun(variant, metrics), exitCode: 0, isKnown };
  } catch (error) {
    const exitCode = printFailure(error, { run: variant.runName, stage: view.failed() });
    return { finished: null, exitCode, isKnown: false };
  }
}

async function runAndPrint(variant: Variant, context: RunContext, view: RunView): Promise<EndedRun> {
  const { pipeline, choices, store, code } = context;
  const { runName } = variant;
  const folder = join(choices.results, runName);
  const clock = performance.now();
  const subject = subjectOf(variant, { pipeline, code });
  const known = choices.force.length > 0 ? null : await readKnownRun(subject, folder, store);
  if (known === null && !choices.quiet) print(titleLine(runName, runTitle(pipeline, variant.experiment)));
  const ended = known === null
    ? await withRepairs(store, () => runAndWrite(subject, variant, folder, context, view))
    : printKnownRun(runName, known, choices);
  networkDone(pipeline, variant);
  printEnd(folder, ended, (performance.now() - clock) / 1000, choices);
  return ended;
}

async function runAndWrite(
  subject: string,
  variant: Variant,
  folder: string,
  { pipeline, choices, store, code, signal }: RunContext,
  view: RunView,
): Promise<EndedRun> {
  const { runName: name, experiment, params, file } = variant;
  const started = new Date();
  const clock = performance.now();
  const graph = graphOf(pipeline, experiment);
  const forced = new Set(choices.force);
  return await followable({ pipeline, folder, name, experiment }, store, view, async (events) => {
    const stageEnds = (result: StageResult) => {
      networkDone(pipeline, variant, result.stage);
      events.stageEnds?.(result);
    };
    const run = { graph, library: pipeline, params, store, code, forced, name, signal };
    const stages = await runStages({ ...run, events: { ...events, stageEnds } })
      .finally(() => networkDone(pipeline, variant));
    const facts = { config: file, started, seconds: (performance.now() - clock) / 1000 };
    const finished = finishedRun(pipeline, { name, experiment }, graph, stages, store);
    signal.throwIfAborted();
    const write = () => writeResults(pipeline, folder, finished, code, facts);
    const onWait = view.resultsWait;
    const written = await withLock(lockPathOf(folder), onWait, write, { by: name, signal });
    const isKnown = written === "unchanged" && stages.every(({ action }) => action === "hit") &&
      await keepKnownRun(subject, finished, folder, { pipeline, store }, started.getTime());
    return {
      title: runTitle(pipeline, experiment),
      metrics: finalFigures(finished),
      rows: closingRows(pipeline, finished),
      stages: stages.map(({ stage, action, key, cues, seconds }) => ({ stage, action, key, cues, seconds })),
      written,
      isKnown,
    };
  });
}
