/**
 * Runs folds. A fold that follows another advances with it, step by step, so that step e of the follower is done before
 * step e + 1 of its leader begins. Steps that are stored are used; every other is stored as soon as it is done.
 */
import type { CodeReader } from "../keys/code.ts";
import { type StageRecord, writeRecord } from "../keys/record.ts";
import { inputsOf, type Job, stepRequestOf } from "../keys/request.ts";
import { inputName } from "../stage/graph.ts";
import type { FoldStage, Resume, StageContext } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";
import { lastStepOf, lookUp, storedStep } from "./lookup.ts";
import { putAll } from "./outputs.ts";

/** A fold that is being run. */
export interface RunningFold {
  readonly stage: FoldStage;
  readonly job: Job;
  /** The outputs of the steps that are done, step 0 first. */
  readonly steps: Record<string, Address>[];
  /** The first step that was computed now; null while all of them were stored. */
  first: number | null;
  /** The time of each step that was computed now, and of all its work now. */
  readonly stepSeconds: number[];
  seconds: number;
  outputs: Record<string, Address>;
  /** Its record, where all of it turned out to be stored. */
  stored: StageRecord | null;
}

/** What is needed to run folds. */
export interface FoldRun {
  readonly store: Store;
  readonly code: CodeReader;
  readonly signal: AbortSignal;
  /** Makes what a stage may see, of its inputs. */
  context(job: Job, inputs: Record<string, unknown>): StageContext<unknown, Record<string, never>, unknown>;
  /** Nothing that is stored of this stage counts. */
  isForced(stage: string): boolean;
  /** It is this fold's turn. */
  turn(fold: RunningFold): void;
  /** A fold begins to compute. Awaited. */
  starts(fold: RunningFold): void | Promise<void>;
  /** A step is done and stored. */
  stepEnds(fold: RunningFold, step: number): void;
}

/** A fold with its generator, once it computes. */
interface Member extends RunningFold {
  inputs: Record<string, unknown>;
  generator: AsyncGenerator<Record<string, unknown>, Record<string, unknown>> | null;
}

/**
 * Runs a fold and those that follow it, in the order of their jobs, the leader first.
 * @throws the signal's reason when it is aborted, after the step in progress.
 * @throws TypeError when a stage makes more or fewer steps than it said: a mistake in the stage.
 */
export async function runFolds(jobs: readonly Job[], run: FoldRun): Promise<RunningFold[]> {
  const members = jobs.map((job) => memberOf(job, run.store));
  const last = lastStepOf(jobs[0]);
  // The last to begin ends first: a stage may hold memory that others have allocated above. After an interruption, a
  // follower can begin a step before its leader does.
  const lastBegunFirst = () => members.toReversed().sort((a, b) => (b.first ?? 0) - (a.first ?? 0));
  try {
    for (let step = 0; step <= last; step++) {
      for (const member of members) {
        run.turn(member);
        await timed(member, () => advance(member, step, run));
        for (const other of members) passOn(step, member, other, run.store);
      }
    }
    for (const member of lastBegunFirst()) {
      run.turn(member);
      await timed(member, () => close(member, last, run));
    }
    return members;
  } finally {
    // When a step could not be stored, the stages still get to free what they hold.
    for (const { generator } of lastBegunFirst()) await generator?.return({});
  }
}

function memberOf(job: Job, store: Store): Member {
  for (const input of job.wired.inputs.filter(({ each }) => each)) {
    for (const { part } of input.wires) job.inputs[inputName(input, part)] ??= [];
  }
  const stage = job.stage as FoldStage;
  const inputs = inputsOf(job, store);
  return {
    stage,
    job,
    steps: [],
    first: null,
    stepSeconds: [],
    seconds: 0,
    outputs: {},
    stored: null,
    inputs,
    generator: null,
  };
}

async function timed(member: Member, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await work();
  member.seconds += secondsSince(started);
}

/** Does step `step` of a fold, or takes it from the store. */
async function advance(member: Member, step: number, run: FoldRun): Promise<void> {
  const { stage, job, steps } = member;
  const stored = member.generator === null && !run.isForced(stage.name) ? storedStep(run.store, job, step) : null;
  if (stored !== null) {
    steps.push(stored.outputs);
    return;
  }
  const generator = await generatorOf(member, run);
  const started = performance.now();
  const { done, value } = await generator.next();
  if (done) throw wrongNumberOfSteps(stage, step - 1, lastStepOf(job));
  run.code.mustBeUnchanged(job.code, job.sources);
  const outputs = await putAll(`${stage.name} (${stage.stepName} ${step})`, stage.each, value, run.store);
  const seconds = secondsSince(started);
  writeRecord(run.store, { request: stepRequestOf(job, step), outputs, seconds });
  steps.push(outputs);
  member.stepSeconds.push(seconds);
  run.stepEnds(member, step);
  await run.context(job, member.inputs).pause();
}

/** Gives the folds that take it a step that another one has done. */
function passOn(step: number, from: Member, to: Member, store: Store): void {
  const taken = to.job.wired.inputs.filter(({ each, wires }) => each && wires[0].stage === from.stage.name);
  for (const input of taken) {
    const addresses = input.wires.map(({ part, artifact }) => [part, from.steps[step][artifact]] as const);
    for (const [part, address] of addresses) (to.job.inputs[inputName(input, part)] as Address[]).push(address);
    const artifacts = addresses.map(([part, address]) => [part, store.artifact(address)]);
    (to.inputs[input.name] as unknown[]).push(input.kind.open(Object.fromEntries(artifacts)));
  }
}

/** Makes what a fold puts out after its last step, or takes it from the store. */
async function close(member: Member, last: number, run: FoldRun): Promise<void> {
  const { stage, job } = member;
  if (member.generator === null) {
    const { record } = lookUp(run.store, job, run.isForced(stage.name));
    if (record !== null) {
      member.stored = record;
      return;
    }
  }
  const generator = await generatorOf(member, run);
  const { done, value } = await generator.next();
  if (!done) throw wrongNumberOfSteps(stage, last + 1, last);
  run.code.mustBeUnchanged(job.code, job.sources);
  member.outputs = await putAll(stage.name, stage.outputs, value, run.store);
}

async function generatorOf(member: Member, run: FoldRun): Promise<NonNullable<Member["generator"]>> {
  if (member.generator === null) {
    member.first = member.steps.length;
    await run.starts(member);
    const { stage, job, inputs, steps } = member;
    member.generator = stage.run(run.context(job, inputs), resumeAfter(steps, run.store));
  }
  return member.generator!;
}

function resumeAfter(steps: readonly Record<string, Address>[], store: Store): Resume | null {
  if (steps.length === 0) return null;
  const outputs = Object.entries(steps[steps.length - 1]).map(([name, address]) => [name, store.artifact(address)]);
  return { step: steps.length - 1, outputs: Object.fromEntries(outputs) };
}

/** The time since `started`, which performance.now() gave. */
export function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

function wrongNumberOfSteps(stage: FoldStage, found: number, expected: number): TypeError {
  return new TypeError(
    `Stage ${stage.name} came to ${stage.stepName} ${found}, but it said that ${expected} would be its last.`,
  );
}
