/** Trains a trial of a sweep up to an epoch. Nothing but the stages is run: no test figures, no results. */
import { named } from "../define/library.ts";
import type { StageRecord } from "../engine/keys/record.ts";
import { withRepairs } from "../engine/run/repairs.ts";
import type { StageResult } from "../engine/run/run_options.ts";
import { runStages } from "../engine/run/runner.ts";
import { graphOf } from "../experiment/chain.ts";
import { explained } from "../experiment/pinned.ts";
import { figureOfSteps } from "../results/finish_run.ts";
import type { CompleteSweep } from "../sweeps/complete_sweep.ts";
import type { KnownCurve, SweepTask } from "../sweeps/plan_sweep.ts";
import type { SweepTrials } from "../sweeps/sweep_trials.ts";
import { keepTrial } from "../sweeps/trial_notes.ts";
import { checkedEvents } from "./checked_events.ts";
import { printFailure, textOfError } from "./failure.ts";
import type { RunContext } from "./run_context.ts";
import { makeRunView } from "./run_view.ts";
import { StoppedError } from "./stopped_error.ts";

/**
 * Does a task, and notes the trial's figures. Returns why it failed, which is printed; null if it did not. `draws`: the same
 * process will draw pictures.
 */
export async function runTrial(
  { trial, seed, epochs }: SweepTask,
  sweep: CompleteSweep,
  trials: SweepTrials,
  context: RunContext & { found: Map<string, StageRecord> },
  draws: boolean,
): Promise<string | null> {
  const { pipeline, store, code, signal, send, found } = context;
  const variant = await trials.variant(trial, seed);
  const { runName: name, names, experiment, params, pins: { kept } } = variant;
  const label = `trial ${trial}${sweep.seeds.length > 1 ? `, seed ${seed}` : ""}`;
  const view = makeRunView(label, false, (progress) => send({ progress }));
  const graph = graphOf(pipeline, experiment);
  try {
    const { events } = checkedEvents(variant, graph, context, view, draws);
    const run = {
      graph,
      library: pipeline,
      params,
      names,
      kept,
      store,
      code,
      forced: new Set<string>(),
      found,
      name,
      signal,
    };
    const curve = await withRepairs(store, async () => {
      const stages = await runStages({ ...run, events, until: epochs ?? Infinity });
      const figure = named(pipeline.figures, sweep.metric.name);
      return curveOf(figureOfSteps(pipeline, figure, { name, experiment }, graph, stages, store), stages, epochs);
    }, { onWait: view.storeWaits, signal });
    if (curve === null) return `it has no ${sweep.metric.name}`;
    keepTrial(store, await trials.subject(trial, seed), curve);
    return null;
  } catch (caught) {
    const error = explained(caught, variant.pins);
    if (error instanceof StoppedError) throw error;
    printFailure(error, { run: name, stage: view.failed() });
    return textOfError(error);
  } finally {
    send({ progress: null });
  }
}

/** The values of the figure after each epoch; null if there is none. */
function curveOf(
  values: readonly unknown[] | null,
  stages: readonly StageResult[],
  epochs: number | null,
): KnownCurve | null {
  if (values === null || values[0] === undefined) return null;
  const isFinite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
  const steps = Object.values(stages.at(-1)!.record.each ?? {})[0]?.length ?? 0;
  const isEnded = epochs === null || steps <= epochs;
  return { values: values.map((value) => (isFinite(value) ? value : null)), isEnded };
}
