/** Runs an experiment's stages: looks each one up, runs it if it must, and stores what it put out. */
import type { CodeReader } from "../keys/code.ts";
import type { Cue } from "../why/cues.ts";
import { CorruptArtifactError } from "../run_errors.ts";
import { type FoldResult, runFold } from "./fold.ts";
import { type Graph, inputsOf } from "../stage/graph.ts";
import { type LockOwner, withLock } from "../store/lock.ts";
import { type Finding, lookUp } from "./lookup.ts";
import type { Nearest } from "../why/nearest_record.ts";
import { putAll } from "./outputs.ts";
import { keyOf, readRecord, type StageRecord, writeRecord } from "../keys/record.ts";
import { artifactsOf, type Job, makeJob, requestOf, stepRequestOf } from "../keys/request.ts";
import { breathe } from "./interruption.ts";
import type { Progress, Stage } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";

/** What happened to a stage. */
export interface StageResult {
  stage: string;
  action: "hit" | "run" | "continue";
  key: string;
  cues: Cue[];
  /** The stored record that the cues compare with. */
  nearest?: Nearest;
  record: StageRecord;
  /** Wall time in this run, looking up included. */
  seconds: number;
  /** For a fold that ran: the first step that was done in this run, and the seconds of each. */
  steps?: { first: number; seconds: number[] };
}

/** What the runner tells while it works. */
export interface RunEvents {
  /** Awaited, so that what shows the work can be loaded before the work takes the thread. */
  stageStarts?(stage: Stage, finding: Finding): void | Promise<void>;
  /** Another process (null: not known which) is at work on the same job; this one waits for it. */
  stageWaits?(stage: Stage, owner: LockOwner | null): void;
  progress?(stage: Stage, ...values: Parameters<Progress>): void;
  /** A step of a fold is done and stored. */
  stepEnds?(stage: Stage, step: number, outputs: Readonly<Record<string, Address>>): void;
  stageEnds?(result: StageResult): void;
  /** The stage throws `error`, and so does the run. */
  stageFails?(stage: Stage, params: unknown, error: unknown): void;
  /** A forced stage put out other bytes than the stored ones: it is not a pure function of its inputs. */
  differs?(stage: Stage, output: string): void;
}

/** All that a run needs. */
export interface RunOptions {
  graph: Graph;
  /** Each stage's params by its name. */
  params: Readonly<Record<string, unknown>>;
  store: Store;
  code: CodeReader;
  forced: ReadonlySet<string>;
  /** The run's name, for records, and for others who wait for it. */
  name?: string;
  /** Ends the run, at the next step of a fold at the latest. */
  signal: AbortSignal;
  events: RunEvents;
}

/** How often a run starts over because stored bytes turned out to be damaged while a stage read them. */
const MOST_REPAIRS = 3;

/**
 * Runs all stages. Stored results are used where their key matches and their bytes are right.
 * @throws what a stage throws, or the signal's reason; the stages and steps that were finished before stay stored.
 */
export function runStages(options: RunOptions): Promise<StageResult[]> {
  return options.store.leased(() => repairing(() => runOnce(options)));
}

/**
 * Does `work`, and does it again when it came upon stored bytes that are damaged: they are removed by then, so that the
 * next time they are made anew.
 */
export async function repairing<T>(work: () => Promise<T>): Promise<T> {
  for (let repairs = 0;; repairs++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CorruptArtifactError) || repairs === MOST_REPAIRS) throw error;
    }
  }
}

async function runOnce(options: RunOptions): Promise<StageResult[]> {
  const { graph, params, code, events } = options;
  const done = new Map<string, { stage: Stage; record: StageRecord }>();
  const results: StageResult[] = [];
  for (const stage of graph) {
    const job = makeJob(stage, params[stage.name], code.digest(stage.source), done);
    if (job.waitsFor.length > 0) throw new TypeError(`Stage ${stage.name} comes before one of its inputs.`);
    try {
      const result = await runStage(job, options);
      done.set(stage.name, { stage, record: result.record });
      results.push(result);
      events.stageEnds?.(result);
    } catch (error) {
      events.stageFails?.(stage, job.params, error);
      throw error;
    }
  }
  return results;
}

async function runStage(job: Job, options: RunOptions): Promise<StageResult> {
  const { store, events, name, signal } = options;
  const started = performance.now();
  const forced = options.forced.has(job.stage.name);
  const finding = lookUp(store, job, forced);
  if (finding.record !== null) return resultOf(job.stage, finding, finding.record, started);
  await breathe(signal);
  const onWait = (owner: LockOwner | null) => events.stageWaits?.(job.stage, owner);
  return await withLock(store.lockPath(lockName(job)), onWait, async () => {
    const now = lookUp(store, job, forced);
    if (now.record !== null) return resultOf(job.stage, now, now.record, started);
    await events.stageStarts?.(job.stage, now);
    const made = await makeOutputs(job, now, options);
    const record: StageRecord = {
      made: new Date().toISOString(),
      by: name,
      request: requestOf(job),
      files: job.code.files,
      outputs: made.outputs,
      ...("each" in made ? { each: made.each } : {}),
      from: keysBefore(job),
      seconds: (performance.now() - started) / 1000,
    };
    if (forced) tellDifferences(job, record, options);
    writeRecord(store, record);
    const result = resultOf(job.stage, now, record, started);
    if ("each" in made) result.steps = { first: now.steps.length, seconds: made.stepSeconds };
    return result;
  }, { by: name, signal });
}

/** The keys of the results that a job takes its inputs from, by stage. */
function keysBefore({ stage, done }: Job): Record<string, string> {
  const names = new Set(inputsOf(stage).map((ref) => ref.stage));
  return Object.fromEntries([...names].map((name) => [name, keyOf(done.get(name)!.record.request)]));
}

async function makeOutputs(
  job: Job,
  finding: Finding,
  options: RunOptions,
): Promise<FoldResult | Pick<StageRecord, "outputs">> {
  const { store, code, signal, events } = options;
  const { stage, params } = job;
  const inputs = artifactsOf(job, store) as Record<string, never>;
  const progress: Progress = (...values) => events.progress?.(stage, ...values);
  const context = {
    params,
    inputs,
    // Made for a stage that asks for it.
    get scratch() {
      return store.scratch(stage.name, lockName(job));
    },
    signal,
    progress,
    pause: () => breathe(signal),
  };
  const confirm = () => code.mustBeUnchanged(stage.source);
  if (stage.kind === "fold") {
    const onStep = (step: number, outputs: Readonly<Record<string, Address>>) =>
      events.stepEnds?.(stage, step, outputs);
    return await runFold(stage, job, context, finding.steps, store, confirm, onStep);
  }
  const produced = await stage.run(context);
  confirm();
  return { outputs: await putAll(stage.name, stage.outputs, produced, store) };
}

/** Runs of a fold that differ only in the number of steps share a lock: the second finds the first one's steps. */
function lockName(job: Job): string {
  return keyOf(job.stage.kind === "fold" ? stepRequestOf(job, 0) : requestOf(job));
}

function resultOf(stage: Stage, finding: Finding, record: StageRecord, started: number): StageResult {
  const action = finding.record !== null ? "hit" : finding.steps.length > 0 ? "continue" : "run";
  const seconds = (performance.now() - started) / 1000;
  const { key, cues, nearest } = finding;
  return { stage: stage.name, action, key, cues, ...(nearest === undefined ? {} : { nearest }), record, seconds };
}

function tellDifferences(job: Job, made: StageRecord, options: RunOptions): void {
  const before = readRecord(options.store, made.request);
  if (before === null) return;
  for (const [output, address] of Object.entries(made.outputs)) {
    if (before.outputs[output]?.digest !== address.digest) options.events.differs?.(job.stage, output);
  }
  for (const [output, list] of Object.entries(made.each ?? {})) {
    const same = list.every((address, step) => before.each?.[output]?.[step]?.digest === address.digest);
    if (!same) options.events.differs?.(job.stage, output);
  }
}
