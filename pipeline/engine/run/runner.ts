/** Runs the stages of an experiment: looks each one up, runs it if it must, and stores what it put out. */
import type { CodeReader } from "../keys/code.ts";
import { differingOutputs, keyOf, readRecord, type StageRecord, writeRecord } from "../keys/record.ts";
import { foldKeyOf, inputsOf, type Job, keysBefore, makeJob, requestOf, type RunParts } from "../keys/request.ts";
import { groupsOf, type WiredStage } from "../stage/graph.ts";
import type { FoldStage, PlainStage, Progress, Stage } from "../stage/stage.ts";
import { type LockOwner, withLock } from "../store/lock.ts";
import type { Address, Store } from "../store/store.ts";
import type { Cue } from "../why/cues.ts";
import { explainMiss, type Nearest } from "../why/nearest_record.ts";
import { runFolds, type RunningFold, secondsSince } from "./folds.ts";
import { yieldToEventLoop } from "./interruption.ts";
import { type Finding, lastStepOf, listsOf, lookUp, stepsCue } from "./lookup.ts";
import { putAll } from "./outputs.ts";

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
  /** For a fold that ran: the first step that was computed in this run, and the seconds of each. */
  steps?: { first: number; seconds: number[] };
}

/** What the runner reports while it works. */
export interface RunEvents {
  /** `stored` are the steps of a fold that are stored. Awaited, so that a progress bar can be loaded before the work begins. */
  stageStarts?(stage: Stage, stored: readonly Readonly<Record<string, Address>>[]): void | Promise<void>;
  /** Another process (null: not known which) is computing the same; this one waits for it. */
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
export interface RunOptions extends RunParts {
  readonly store: Store;
  readonly code: CodeReader;
  readonly forced: ReadonlySet<string>;
  /** The run's name, for records, and for others who wait for it. */
  readonly name?: string;
  /** Ends the run, at the next step of a fold at the latest. */
  readonly signal: AbortSignal;
  readonly events: RunEvents;
}

/**
 * Runs all stages. Stored results are used where their key matches and their bytes are right. To be called within
 * `withRepairs`, so that damaged bytes are made anew and nothing is cleared away meanwhile.
 * @throws what a stage throws, or the signal's reason; the stages and steps that were finished before stay stored.
 */
export function runStages(options: RunOptions): Promise<StageResult[]> {
  return new Run(options).all();
}

class Run {
  readonly #done = new Map<string, { job: Job; record: StageRecord }>();
  readonly #results: StageResult[] = [];

  constructor(readonly options: RunOptions) {}

  async all(): Promise<StageResult[]> {
    for (const group of groupsOf(this.options.graph)) {
      let at: Stage = group[0].stage;
      try {
        await this.#runGroup(group, (stage) => at = stage);
      } catch (error) {
        this.options.events.stageFails?.(at, this.options.params[at.name], error);
        throw error;
      }
    }
    return this.#results;
  }

  /** Runs a stage, or folds that advance together; `onTurn` hears which of them is at work. */
  async #runGroup(group: readonly WiredStage[], onTurn: (stage: Stage) => void): Promise<void> {
    const { code, store, signal, events, name } = this.options;
    if (group.length === 0) return;
    const started = performance.now();
    const [wired, ...followers] = group;
    onTurn(wired.stage);
    const job = makeJob(this.options, wired, code, this.#done);
    const finding = this.#lookUp(job);
    if (finding.record !== null) {
      this.#end(job, finding, finding.record, secondsSince(started));
      return await this.#runGroup(followers, onTurn);
    }
    await yieldToEventLoop(signal);
    const path = store.lockPath(this.#lockName(job, finding));
    await withLock(path, (owner) => events.stageWaits?.(wired.stage, owner), async () => {
      const now = this.#lookUp(job);
      if (now.record !== null) {
        this.#end(job, now, now.record, secondsSince(started));
        return await this.#runGroup(followers, onTurn);
      }
      if (wired.stage.kind === "plain") return await this.#runPlain(job, now, started);
      const jobs = [job, ...followers.map((one) => makeJob(this.options, one, code, this.#done))];
      await this.#lockAll(jobs.slice(1), foldKeyOf(job, this.#leaderKey(job)), () => this.#runFolds(jobs, now, onTurn));
    }, { by: name, signal });
  }

  async #runPlain(job: Job, finding: Finding, started: number): Promise<void> {
    const { store, code, events } = this.options;
    const stage = job.stage as PlainStage;
    await events.stageStarts?.(stage, []);
    const returned = await stage.run(this.#context(job, inputsOf(job, store)));
    code.mustBeUnchanged(job.code, job.sources);
    const outputs = await putAll(stage.name, stage.outputs, returned, store);
    this.#keep(job, finding, { outputs }, secondsSince(started));
  }

  async #runFolds(jobs: readonly Job[], finding: Finding, onTurn: (stage: Stage) => void): Promise<void> {
    const { store, code, signal, events, forced } = this.options;
    const members = await runFolds(jobs, {
      store,
      code,
      signal,
      context: (job, inputs) => this.#context(job, inputs),
      isForced: (stage) => forced.has(stage),
      turn: ({ stage }) => onTurn(stage),
      starts: ({ stage, steps }) => events.stageStarts?.(stage, steps),
      stepEnds: ({ stage, steps }, step) => events.stepEnds?.(stage, step, steps[step]),
    });
    for (const member of members) {
      onTurn(member.stage);
      this.#endFold(member, member.job === jobs[0] ? finding : null);
    }
  }

  /** `finding` is what the store had for the leader; what it has for a follower is known only now. */
  #endFold(fold: RunningFold, finding: Finding | null): void {
    const { stage, job, steps, stored, stepSeconds, outputs, seconds } = fold;
    const key = keyOf(requestOf(job));
    if (stored !== null) return this.#end(job, { key, record: stored, cues: [], steps: [] }, stored, seconds);
    const first = fold.first ?? steps.length;
    const found = finding ?? { ...this.#explain(job, first), key, record: null, steps: steps.slice(0, first) };
    this.#keep(job, found, { outputs, each: listsOf(stage, steps) }, seconds, { first, seconds: stepSeconds });
  }

  /** Why a fold ran whose steps before `first` were stored. */
  #explain(job: Job, first: number): Pick<Finding, "cues" | "nearest"> {
    if (this.options.forced.has(job.stage.name)) return { cues: [{ kind: "forced" }] };
    const miss = explainMiss(this.options.store, job);
    return first === 0
      ? miss
      : { ...miss, cues: stepsCue(miss.cues, job.stage as FoldStage, first - 1, lastStepOf(job)) };
  }

  /** Writes down what a stage put out. */
  #keep(
    job: Job,
    finding: Finding,
    made: Pick<StageRecord, "outputs" | "each">,
    seconds: number,
    steps?: StageResult["steps"],
  ): void {
    const { store, name, forced } = this.options;
    const record: StageRecord = {
      made: new Date().toISOString(),
      by: name,
      request: requestOf(job),
      files: job.code.files,
      ...made,
      from: keysBefore(job),
      seconds,
    };
    if (forced.has(job.stage.name)) this.#reportDifferences(job, record);
    writeRecord(store, record);
    this.#end(job, finding, record, seconds, steps);
  }

  #end(job: Job, finding: Finding, record: StageRecord, seconds: number, steps?: StageResult["steps"]): void {
    const action = finding.record !== null ? "hit" : finding.steps.length > 0 ? "continue" : "run";
    const { key, cues, nearest } = finding;
    const result: StageResult = {
      stage: job.stage.name,
      action,
      key,
      cues,
      ...(nearest === undefined ? {} : { nearest }),
      record,
      seconds,
      ...(steps === undefined ? {} : { steps }),
    };
    this.#done.set(job.stage.name, { job, record });
    this.#results.push(result);
    this.options.events.stageEnds?.(result);
  }

  #lookUp(job: Job): Finding {
    return lookUp(this.options.store, job, this.options.forced.has(job.stage.name));
  }

  /** Whoever computes the steps of a fold holds the lock of all runs that differ only in their number of steps. */
  #lockName(job: Job, { steps }: Finding): string {
    const isDone = job.stage.kind === "plain" || (job.waitsFor.length === 0 && steps.length > lastStepOf(job));
    return isDone ? keyOf(requestOf(job)) : foldKeyOf(job, this.#leaderKey(job));
  }

  #leaderKey({ wired: { follows } }: Job): string {
    const leader = follows === null ? undefined : this.#done.get(follows)?.job;
    return leader === undefined ? "" : foldKeyOf(leader, this.#leaderKey(leader));
  }

  /** Holds the locks of folds that follow one another, one after the other. */
  #lockAll(jobs: readonly Job[], leader: string, work: () => Promise<void>): Promise<void> {
    if (jobs.length === 0) return work();
    const { store, events, name, signal } = this.options;
    const [job, ...rest] = jobs;
    const own = foldKeyOf(job, leader);
    const onWait = (owner: LockOwner | null) => events.stageWaits?.(job.stage, owner);
    return withLock(store.lockPath(own), onWait, () => this.#lockAll(rest, own, work), { by: name, signal });
  }

  #context(job: Job, inputs: Record<string, unknown>) {
    const { store, signal, events, library } = this.options;
    const { stage, params } = job;
    const progress: Progress = (...values) => events.progress?.(stage, ...values);
    return {
      params,
      inputs: inputs as Record<string, never>,
      library,
      // Made for a stage that asks for it.
      get scratch() {
        return store.scratch(stage.name, keyOf(requestOf(job)));
      },
      signal,
      progress,
      pause: () => yieldToEventLoop(signal),
    };
  }

  #reportDifferences(job: Job, made: StageRecord): void {
    const before = readRecord(this.options.store, made.request);
    if (before === null) return;
    for (const output of differingOutputs(before, made)) this.options.events.differs?.(job.stage, output);
  }
}
