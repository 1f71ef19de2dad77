/** Runs one variant: its stages, then its results. An error is reported; other runs continue. */
import { join, relative, resolve } from "node:path";
import { finalFigures } from "../define/finished_run.ts";
import { CheckError } from "../engine/run_errors.ts";
import { secondsSince } from "../engine/run/folds.ts";
import { withRepairs } from "../engine/run/repairs.ts";
import { runStages } from "../engine/run/runner.ts";
import { graphOf } from "../experiment/chain.ts";
import { explained, type Pinned } from "../experiment/pinned.ts";
import type { Variant } from "../experiment/variants.ts";
import { summaryRows } from "../results/summary_rows.ts";
import { finishedRun } from "../results/finish_run.ts";
import { followable } from "../results/live_log.ts";
import { withResultsLock } from "../results/folder.ts";
import { keepKnownRun, subjectOf } from "../results/keep_known.ts";
import { readKnownRun } from "../results/known.ts";
import { checkNoNewRival, type Rival } from "../results/rival.ts";
import { writeResults } from "../results/results.ts";
import { runTitle } from "../results/run_title.ts";
import { clearRemains } from "../results/unfinished_run.ts";
import { printFailure, textOfError } from "./failure.ts";
import { checkedEvents } from "./checked_events.ts";
import { kernelsInUse } from "./native_code.ts";
import { dropNetwork } from "./network.ts";
import { FRONT } from "./permissions.ts";
import type { RunContext } from "./run_context.ts";
import type { RunOutcome } from "./run_outcome.ts";
import { type EndedRun, printEnd, printKnownRun, printUnfinished, storedRun, titleLine } from "./run_report.ts";
import { makeRunView, type RunView } from "./run_view.ts";
import { print } from "./terminal.ts";

/**
 * Runs a variant, writes its results, and prints both. An error is printed, not thrown. `rival` is the one whose results
 * may be replaced, and `origin` the experiment file whose results they are then.
 */
export async function runVariant(
  variant: Pinned<Variant>,
  context: RunContext,
  rival: Rival | null,
  origin: string,
): Promise<RunOutcome> {
  const { pipeline, choices, store, code, send } = context;
  const { quiet, results, force } = choices;
  const { runName, experiment } = variant;
  const folder = join(results, runName);
  const view = makeRunView(runName, !quiet, (progress) => send({ progress }));
  try {
    const started = performance.now();
    const subject = subjectOf(variant, { pipeline, code });
    const known = force.length > 0 ? null : await readKnownRun(subject, folder, store);
    if (known === null && !quiet) print(titleLine(runName, runTitle(pipeline, experiment)));
    const ended = known === null
      ? await withRepairs(store, () => runAndWrite(subject, variant, folder, context, view, { rival, origin }), {
        onWait: view.storeWaits,
        signal: context.signal,
      })
      : printKnownRun(runName, known, choices);
    clearRemains(folder);
    printEnd(folder, ended, secondsSince(started), choices);
    return { finished: storedRun(variant, ended.metrics), exitCode: 0, isKnown: ended.isKnown };
  } catch (caught) {
    const error = explained(caught, variant.pins);
    const stage = error instanceof CheckError ? undefined : view.failed();
    const exitCode = printFailure(error, { run: runName, stage });
    const status = context.signal.aborted ? "stopped" : "failed";
    if (choices.json) {
      printUnfinished({ run: runName, status, stage: stage?.name ?? null, error: textOfError(error), folder });
    }
    return { finished: null, exitCode, isKnown: false };
  } finally {
    dropNetwork(variant, context);
  }
}

async function runAndWrite(
  subject: string,
  variant: Pinned<Variant>,
  folder: string,
  context: RunContext,
  view: RunView,
  { rival, origin }: { rival: Rival | null; origin: string },
): Promise<EndedRun> {
  const { pipeline, choices, store, code, signal, permissions } = context;
  const { runName: name, names, experiment, params, file, pins: { kept } } = variant;
  const [started, clock] = [new Date(), performance.now()];
  const graph = graphOf(pipeline, experiment);
  const { events: own, prepare, hasComputed } = checkedEvents(variant, graph, context, view, true);
  return await followable({ pipeline, folder, name, experiment }, store, own, async (events) => {
    const forced = new Set(choices.force);
    const parts = { graph, library: pipeline, params, names, kept };
    const stages = await runStages({ ...parts, store, code, forced, name, signal, events });
    const facts = {
      config: file,
      file: relative(resolve(folder), origin),
      started,
      seconds: secondsSince(clock),
      computing: hasComputed() ? kernelsInUse() : null,
      permissions: { front: FRONT, worker: permissions },
    };
    // Also where all stages are stored: no figure of the user's may load more.
    await prepare();
    const finished = finishedRun(pipeline, { name, experiment }, graph, stages, store);
    signal.throwIfAborted();
    view.resultsStart();
    const write = () => {
      checkNoNewRival(folder, variant, rival);
      return writeResults(pipeline, folder, finished, { store, code }, facts);
    };
    const written = await withResultsLock(folder, view.resultsWait, write, { by: name, signal });
    const isKnown = written === "unchanged" && stages.every(({ action }) => action === "hit") &&
      await keepKnownRun(subject, finished, folder, { pipeline, store }, started.getTime());
    return {
      metrics: finalFigures(finished),
      rows: summaryRows(pipeline, finished),
      stages: stages.map(({ stage, action, key, cues, seconds }) => ({ stage, action, key, cues, seconds })),
      written,
      isKnown,
    };
  }, signal);
}
