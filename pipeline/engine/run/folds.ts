/**
 * Runs folds. A fold that follows another advances with it: step e of the follower is completed before step e + 1 of
 * its leader. Stored steps are used; every other step is stored as soon as it is complete. Each can end all of them.
 */
import { type StageRecord, writeRecord } from "../keys/record.ts";
import { inputsOf, type Job, openInput, stepRequestOf } from "../keys/request.ts";
import { DefinitionError } from "../run_errors.ts";
import { inputName } from "../stage/stage_graph.ts";
import type { Fold, Resume } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";
import type { Cue } from "../why/cues.ts";
import { contextOf, pause, putAll } from "./context.ts";
import { endAt, passOn, watchOf } from "./ending.ts";
import { lastStepOf, lookUp, storedStep } from "./lookup.ts";
import type { RunOptions } from "./run_options.ts";

/** A fold that is being run. */
export interface RunningFold {
  readonly stage: Fold;
  readonly job: Job;
  readonly inputs: Record<string, unknown>;
  /** Computes the steps; null as long as all of them were stored. */
  generator: AsyncGenerator<Record<string, unknown>, Record<string, unknown>> | null;
  /** The outputs of the completed steps, step 0 first. */
  readonly steps: Record<string, Address>[];
  /** The first step that was computed in this run, if any. */
  first: number | null;
  /** The stored outputs that were damaged, so the fold had to compute. */
  damaged: Cue[];
  /** The time of each step that was computed in this run, and of all work on the fold. */
  readonly stepSeconds: number[];
  seconds: number;
  outputs: Record<string, Address>;
  /** Its record, if all of it turned out to be stored. */
  stored: StageRecord | null;
}

/**
 * Runs a fold and those that follow it; the leader's job comes first. `onTurn` is called before work on another fold.
 * @throws the signal's reason when it is aborted, after the step in progress.
 * @throws DefinitionError if a stage makes more or fewer steps than it declares.
 */
export async function runFolds(jobs: Job[], run: RunOptions, onTurn: (stage: Fold) => void): Promise<RunningFold[]> {
  const [leader] = jobs;
  const { until = Infinity } = run;
  delete leader.last;
  const folds = jobs.map((job) => foldOf(job, run.store));
  // Without its leader, a follower has no more steps than are needed.
  const watches = jobs.map((job) => leader.wired.follows === null ? watchOf(job, run.store) : null);
  const inTurn = async (fold: RunningFold, work: () => Promise<void>) => {
    onTurn(fold.stage);
    const started = performance.now();
    await work();
    fold.seconds += secondsSince(started);
  };
  // The last to begin ends first: a stage can hold memory that others have allocated above. After an interruption, a
  // follower can begin a step before its leader does.
  const lastBegunFirst = () => folds.toReversed().sort((a, b) => (b.first ?? 0) - (a.first ?? 0));
  try {
    for (let step = 0; step <= Math.min(until, lastStepOf(leader)); step++) {
      let isLast = false;
      for (const [i, fold] of folds.entries()) {
        await inTurn(fold, () => advance(fold, step, run));
        for (const other of folds) open(step, fold, other, run.store);
        isLast = watches[i]?.(fold.steps[step]) || isLast;
      }
      if (isLast) endAt(leader, step);
    }
    if (run.until === undefined) {
      for (const fold of lastBegunFirst()) await inTurn(fold, () => close(fold, run));
    }
    return folds;
  } finally {
    // Lets stages free their resources even if a step could not be stored.
    for (const { generator } of lastBegunFirst()) await generator?.return({});
  }
}

function foldOf(job: Job, store: Store): RunningFold {
  for (const input of job.wired.inputs.filter(({ each }) => each)) {
    for (const { part } of input.wires) job.inputs[inputName(input, part)] ??= [];
  }
  return {
    stage: job.stage as Fold,
    job,
    inputs: inputsOf(job, store),
    generator: null,
    steps: [],
    first: null,
    damaged: [],
    stepSeconds: [],
    seconds: 0,
    outputs: {},
    stored: null,
  };
}

/** Does step `step` of a fold, or takes it from the store. */
async function advance(fold: RunningFold, step: number, run: RunOptions): Promise<void> {
  const { stage, job, steps } = fold;
  if (fold.generator === null) {
    const { record, damaged } = storedStep(run.store, job, step);
    if (record !== null && !run.forced.has(stage.name)) return void steps.push(record.outputs);
    fold.damaged = damaged;
  }
  const generator = await generatorOf(fold, run);
  const started = performance.now();
  const { done, value } = await generator.next();
  if (done) throw wrongNumberOfSteps(stage, step, lastStepOf(job));
  const outputs = await putAll(`${stage.name} (${stage.stepName} ${step})`, stage.each, value, run.store);
  run.code.checkUnchanged(job.sources);
  const seconds = secondsSince(started);
  writeRecord(run.store, { deno: Deno.version.deno, request: stepRequestOf(job, step), outputs, seconds });
  steps.push(outputs);
  fold.stepSeconds.push(seconds);
  run.events.stepEnds?.(stage, step, outputs);
  await pause(run.signal);
}

/** Adds a completed step of a fold to the inputs of a fold that follows it. */
function open(step: number, from: RunningFold, { job, inputs }: RunningFold, store: Store): void {
  passOn(from.steps[step], from.stage.name, job);
  for (const input of job.wired.inputs) {
    if (!input.each || input.wires[0].stage !== from.stage.name) continue;
    (inputs[input.name] as unknown[]).push(openInput(job, input, step, store));
  }
}

/** Computes the final outputs of a fold, or takes them from the store. */
async function close(fold: RunningFold, run: RunOptions): Promise<void> {
  const { stage, job } = fold;
  if (fold.generator === null) {
    const { record, cues } = lookUp(run.store, job, run.forced.has(stage.name));
    fold.stored = record;
    if (record !== null) return;
    fold.damaged = cues.filter(({ kind }) => kind === "damaged");
  }
  const generator = await generatorOf(fold, run);
  const { done, value } = await generator.next();
  if (!done) throw wrongNumberOfSteps(stage, fold.steps.length + 1, lastStepOf(job), job.last !== undefined);
  fold.outputs = await putAll(stage.name, stage.outputs, value, run.store);
  run.code.checkUnchanged(job.sources);
}

/** The generator of a fold; the first call starts it after the stored steps. */
async function generatorOf(fold: RunningFold, run: RunOptions): Promise<NonNullable<RunningFold["generator"]>> {
  if (fold.generator !== null) return fold.generator;
  const { stage, job, inputs, steps } = fold;
  fold.first = steps.length;
  await run.events.stageStarts?.(stage, steps);
  fold.generator = stage.run(contextOf(job, inputs, run), resumeAfter(steps, run.store));
  return fold.generator;
}

function resumeAfter(steps: readonly Record<string, Address>[], store: Store): Resume | null {
  if (steps.length === 0) return null;
  const outputs = Object.entries(steps[steps.length - 1]).map(([name, address]) => [name, store.artifact(address)]);
  return { step: steps.length - 1, outputs: Object.fromEntries(outputs) };
}

/** The seconds since `started`, a time of performance.now(). */
export function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

function wrongNumberOfSteps({ name, stepName }: Fold, found: number, last: number, isEnded = false): DefinitionError {
  const why = isEnded ? `was ended after ${stepName} ${last}` : `declares ${stepName} ${last} as its last`;
  const advice = isEnded ? " Ask hasEnded() before each step." : "";
  return new DefinitionError(
    `Stage ${name} ${why}, so it must make ${last + 1} steps, but it made ${found}.${advice}`,
  );
}
