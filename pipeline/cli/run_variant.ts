/** Runs one variant: its stages, then its results. An error is reported; other runs continue. */
import { join, relative, resolve } from "node:path";
import { finalFigures } from "../define/finished_run.ts";
import { CheckError } from "../engine/run_errors.ts";
import type { StageRecord } from "../engine/keys/record.ts";
import { secondsSince } from "../engine/run/folds.ts";
import { withRepairs } from "../engine/run/repairs.ts";
import type { RunEvents } from "../engine/run/run_options.ts";
import { runStages } from "../engine/run/runner.ts";
import { checkKnown } from "../experiment/known_problems.ts";
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
import { withoutSecrets } from "../text/secrets.ts";
import { printFailure } from "./failure.ts";
import { kernelsInUse, loadNativeCode } from "./native_code.ts";
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
      printUnfinished({ run: runName, status, stage: stage?.name ?? null, error: messageOf(error), folder });
    }
    return { finished: null, exitCode, isKnown: false };
  } finally {
    dropNetwork(variant, context);
  }
}

function messageOf(error: unknown): string {
  return withoutSecrets(error instanceof Error ? error.message : String(error));
}

async function runAndWrite(
  subject: string,
  variant: Pinned<Variant>,
  folder: string,
  context: RunContext,
  view: RunView,
  { rival, origin }: { rival: Rival | null; origin: string },
): Promise<EndedRun> {
  const { pipeline, choices, store, code, signal, patience, permissions } = context;
  const { runName: name, names, experiment, params, file, pins: { kept } } = variant;
  const [started, clock] = [new Date(), performance.now()];
  const graph = graphOf(pipeline, experiment);
  const records = new Map<string, StageRecord>();
  const known = (stage: string, output: string) => {
    const address = records.get(stage)?.outputs[output];
    return address === undefined ? null : store.artifact(address);
  };
  const stageEnds: RunEvents["stageEnds"] = (result) => {
    records.set(result.stage, result.record);
    const { hosts } = graph.find(({ stage }) => stage.name === result.stage)!.stage;
    if (hosts !== undefined) dropNetwork(variant, context);
    view.stageEnds?.(result);
    patience.stageEnds();
  };
  const nativeCode = () => loadNativeCode(choices.computing, true, choices.jobs);
  let hasComputed = false;
  const stageStarts: RunEvents["stageStarts"] = async (stage, stored) => {
    await nativeCode();
    hasComputed = true;
    checkKnown(pipeline, graph, params, known);
    await view.stageStarts?.(stage, stored);
    if (stage.kind === "fold") patience.stepsBegin();
  };
  const own = { ...view, stageStarts, stageEnds, stepEnds: () => patience.stepEnds() };
  return await followable({ pipeline, folder, name, experiment }, store, own, async (events) => {
    const forced = new Set(choices.force);
    const parts = { graph, library: pipeline, params, names, kept };
    const stages = await runStages({ ...parts, store, code, forced, name, signal, events });
    const facts = {
      config: file,
      file: relative(resolve(folder), origin),
      started,
      seconds: secondsSince(clock),
      computing: hasComputed ? kernelsInUse() : null,
      permissions: { front: FRONT, worker: permissions },
    };
    // Also where all stages are stored: no figure of the user's may load more.
    await nativeCode();
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
