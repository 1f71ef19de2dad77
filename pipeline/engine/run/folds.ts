/**
 * Runs folds. A fold that follows another advances with it: step e of the follower is completed before step e + 1 of its
 * leader. Stored steps are used; every other step is stored as soon as it is complete.
 */
import type { CodeReader } from "../keys/code.ts";
import { type StageRecord, writeRecord } from "../keys/record.ts";
import { inputsOf, type Job, openInput, stepRequestOf } from "../keys/request.ts";
import { inputName } from "../stage/graph.ts";
import type { FoldStage, Resume, StageContext } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";
import { lastStepOf, lookUp, storedStep } from "./lookup.ts";
import { putAll } from "./outputs.ts";

/** A fold that is being run. */
export interface RunningFold {
  readonly stage: FoldStage;
  readonly job: Job;
  /** The outputs of the completed steps, step 0 first. */
  readonly steps: Record<string, Address>[];
  /** The first step that was computed in this run; null as long as all steps were stored. */
  first: number | null;
  /** The time of each step that was computed in this run, and of all work on the fold. */
  readonly stepSeconds: number[];
  seconds: number;
  outputs: Record<string, Address>;
  /** Its record, if all of it turned out to be stored. */
  stored: StageRecord | null;
}

/** What is needed to run folds. */
interface FoldRun {
  readonly store: Store;
  readonly code: CodeReader;
  /** Makes the context in which a stage runs, from its inputs. */
  context(job: Job, inputs: Record<string, unknown>): StageContext<unknown, Record<string, never>, unknown>;
  /** True if nothing that is stored for this stage counts. */
  isForced(stage: string): boolean;
  /** Called when work continues with this fold. */
  turn(fold: RunningFold): void;
  /** Called, and awaited, when a fold begins to compute. */
  starts(fold: RunningFold): void | Promise<void>;
  /** Called when a step is complete and stored. */
  stepEnds(fold: RunningFold, step: number): void;
}

/** A fold with its inputs, and its generator once it computes. */
interface Member extends RunningFold {
  readonly inputs: Record<string, unknown>;
  generator: AsyncGenerator<Record<string, unknown>, Record<string, unknown>> | null;
}

/**
 * Runs a fold and those that follow it, in the order of their jobs, the leader first.
 * @throws the signal's reason when it is aborted, after the step in progress.
 * @throws TypeError if a stage makes more or fewer steps than it declares: a mistake in the stage.
 */
export async function runFolds(jobs: readonly Job[], run: FoldRun): Promise<RunningFold[]> {
  const members = jobs.map((job) => memberOf(job, run.store));
  const last = lastStepOf(jobs[0]);
  try {
    for (let step = 0; step <= last; step++) {
      for (const member of members) {
        await timed(member, run, () => advance(member, step, run));
        for (const other of members) passOn(step, member, other, run.store);
      }
    }
    // In reverse, so a stage closes what it opened after those that began later.
    for (const member of members.toReversed()) await timed(member, run, () => close(member, last, run));
    return members;
  } finally {
    // Lets stages free their resources even if a step could not be stored.
    for (const { generator } of members.toReversed()) await generator?.return({});
  }
}

function memberOf(job: Job, store: Store): Member {
  for (const input of job.wired.inputs.filter(({ each }) => each)) {
    for (const { part } of input.wires) job.inputs[inputName(input, part)] ??= [];
  }
  return {
    stage: job.stage as FoldStage,
    job,
    steps: [],
    first: null,
    stepSeconds: [],
    seconds: 0,
    outputs: {},
    stored: null,
    inputs: inputsOf(job, store),
    generator: null,
  };
}

async function timed(member: Member, run: FoldRun, work: () => Promise<void>): Promise<void> {
  run.turn(member);
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
  if (done) throw wrongNumberOfSteps(stage, step, lastStepOf(job));
  run.code.checkUnchanged(job.code, job.sources);
  const outputs = await putAll(`${stage.name} (${stage.stepName} ${step})`, stage.each, value, run.store);
  const seconds = secondsSince(started);
  writeRecord(run.store, { request: stepRequestOf(job, step), outputs, seconds });
  steps.push(outputs);
  member.stepSeconds.push(seconds);
  run.stepEnds(member, step);
  await run.context(job, member.inputs).pause();
}

/** Adds a completed step of a fold to the inputs of a fold that follows it. */
function passOn(step: number, from: Member, { job, inputs }: Member, store: Store): void {
  for (const input of job.wired.inputs) {
    if (!input.each || input.wires[0].stage !== from.stage.name) continue;
    for (const { part, artifact } of input.wires) {
      (job.inputs[inputName(input, part)] as Address[]).push(from.steps[step][artifact]);
    }
    (inputs[input.name] as unknown[]).push(openInput(job, input, step, store));
  }
}

/** Computes the final outputs of a fold, or takes them from the store. */
async function close(member: Member, last: number, run: FoldRun): Promise<void> {
  const { stage, job } = member;
  if (member.generator === null) {
    member.stored = lookUp(run.store, job, run.isForced(stage.name)).record;
    if (member.stored !== null) return;
  }
  const generator = await generatorOf(member, run);
  const { done, value } = await generator.next();
  if (!done) throw wrongNumberOfSteps(stage, last + 2, last);
  run.code.checkUnchanged(job.code, job.sources);
  member.outputs = await putAll(stage.name, stage.outputs, value, run.store);
}

/** The generator of a fold; the first call starts it after the stored steps. */
async function generatorOf(member: Member, run: FoldRun): Promise<NonNullable<Member["generator"]>> {
  if (member.generator !== null) return member.generator;
  const { stage, job, inputs, steps } = member;
  member.first = steps.length;
  await run.starts(member);
  member.generator = stage.run(run.context(job, inputs), resumeAfter(steps, run.store));
  return member.generator;
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

function wrongNumberOfSteps(stage: FoldStage, found: number, last: number): TypeError {
  return new TypeError(
    `Stage ${stage.name} declares ${stage.stepName} ${last} as its last step and must make ${
      last + 1
    } steps, but made ${found}.`,
  );
}
