/** Runs the stages of an experiment: looks each one up, runs it if it must, and stores its outputs. */
import { addressesOf, differingOutputs, keyOf, readRecord, type StageRecord, writeRecord } from "../keys/record.ts";
import { foldKeyOf, inputsOf, type Job, keysBefore, makeJob, requestOf } from "../keys/request.ts";
import { CorruptArtifactError } from "../run_errors.ts";
import { groupsOf, type WiredStage } from "../stage/stage_graph.ts";
import type { Stage } from "../stage/stage.ts";
import { type LockOwner, withLock } from "../store/lock.ts";
import { contextOf, pause, putAll } from "./context.ts";
import { canEnd, findEnd } from "./ending.ts";
import { runFolds, type RunningFold, secondsSince } from "./folds.ts";
import { type Finding, listsOf, lookUp, reasonsOf, recordOfSteps } from "./lookup.ts";
import type { RunOptions, StageResult } from "./run_options.ts";

/**
 * Runs all stages. Stored results are used if their keys match and their bytes are intact. To be called within
 * `withRepairs`, so damaged bytes are recomputed and garbage collection removes nothing that the run uses.
 * @throws what a stage throws, or the signal's reason; stages and steps that were completed before stay stored.
 */
export function runStages(options: RunOptions): Promise<StageResult[]> {
  return new Run(options).all();
}

class Run {
  readonly #done = new Map<string, { job: Job; record: StageRecord }>();
  readonly #results: StageResult[] = [];
  /** The stage in progress. */
  #current: Stage | undefined;

  constructor(readonly options: RunOptions) {}

  async all(): Promise<StageResult[]> {
    const { graph, params, events, until } = this.options;
    try {
      for (const group of groupsOf(graph)) {
        if (until !== undefined && group[0].stage.kind === "fold") return await this.#runSteps(group);
        await this.#runGroup(group);
      }
    } catch (error) {
      if (error instanceof CorruptArtifactError) this.options.found?.clear();
      if (this.#current !== undefined) events.stageFails?.(this.#current, params[this.#current.name], error);
      throw error;
    }
    return this.#results;
  }

  /** Runs a stage, or a fold and those that follow it. */
  async #runGroup([wired, ...followers]: readonly WiredStage[]): Promise<void> {
    const started = performance.now();
    this.#current = wired.stage;
    const job = this.#jobOf(wired);
    let finding = this.#lookUp(job, followers);
    if (finding.record === null) {
      await pause(this.options.signal);
      await this.#locked([[job, this.#lockName(job)]], async () => {
        finding = this.#lookUp(job, followers);
        if (finding.record !== null) return;
        if (wired.stage.kind === "plain") return await this.#runPlain(job, finding, started);
        const following = followers.map((one) => this.#jobOf(one));
        let key = this.#foldKey(job);
        const ofFollowing = following.map((one) => [one, key = foldKeyOf(one, key)] as const);
        await this.#locked(ofFollowing, () => this.#runFolds([job, ...following], finding));
      });
    }
    if (finding.record === null) return;
    // One of steps that were stored for other runs has not been made before.
    const { outputs, each, made, seconds } = finding.record;
    const record = made === undefined ? this.#keep(job, { outputs, each }, seconds) : finding.record;
    this.#end(job, finding, record, secondsSince(started));
    if (followers.length > 0) await this.#runGroup(followers);
  }

  /** Does the steps of folds that advance together, up to the last one that is wanted. */
  async #runSteps(group: readonly WiredStage[]): Promise<StageResult[]> {
    const jobs = group.map((one) => this.#jobOf(one));
    this.#current = jobs[0].stage;
    let key = "";
    const locks = jobs.map((job) => [job, key = foldKeyOf(job, key)] as const);
    await this.#locked(locks, async () => {
      for (const fold of await runFolds(jobs, this.options, (stage) => this.#current = stage)) {
        const { stage, job, steps, first, stepSeconds } = fold;
        const record = recordOfSteps(job, stage, steps, stepSeconds.reduce((sum, seconds) => sum + seconds, 0));
        const finding = { key: keyOf(record.request), record: first === null ? record : null, cues: [], steps: [] };
        this.#end(job, finding, record, fold.seconds, first === null ? undefined : { first, seconds: stepSeconds });
      }
    });
    return this.#results;
  }

  async #runPlain(job: Job, finding: Finding, started: number): Promise<void> {
    const { store, code, events } = this.options;
    const stage = job.stage as Extract<Stage, { kind: "plain" }>;
    await events.stageStarts?.(stage, []);
    const returned = await stage.run(contextOf(job, inputsOf(job, store), this.options));
    const outputs = await putAll(stage.name, stage.outputs, returned, store);
    code.checkUnchanged(job.sources);
    const seconds = secondsSince(started);
    this.#end(job, finding, this.#keep(job, { outputs }, seconds), seconds);
  }

  async #runFolds(jobs: Job[], finding: Finding): Promise<void> {
    const folds = await runFolds(jobs, this.options, (stage) => this.#current = stage);
    for (const fold of folds) {
      this.#current = fold.stage;
      this.#endFold(fold, fold.job === jobs[0] ? finding : null);
    }
  }

  /** `finding` is what the store had for the leader; for a follower it is known only now. */
  #endFold(fold: RunningFold, finding: Finding | null): void {
    const { stage, job, steps, stored, damaged, stepSeconds, outputs, seconds } = fold;
    const key = keyOf(requestOf(job));
    if (stored !== null) return this.#end(job, { key, record: stored, cues: [], steps: [] }, stored, seconds);
    const { store, forced } = this.options;
    const first = fold.first ?? steps.length;
    const reasons = () => reasonsOf(store, job, forced.has(stage.name), first, damaged);
    const found = { ...(finding ?? { ...reasons(), record: null, steps: steps.slice(0, first) }), key };
    const record = this.#keep(job, { outputs, each: listsOf(stage, steps) }, seconds);
    this.#end(job, found, record, seconds, { first, seconds: stepSeconds });
  }

  /** Stores the record of what a stage output. */
  #keep(job: Job, made: Pick<StageRecord, "outputs" | "each">, seconds: number): StageRecord {
    const { store, name, forced, events } = this.options;
    const record: StageRecord = {
      made: new Date().toISOString(),
      by: name,
      deno: Deno.version.deno,
      request: requestOf(job),
      files: job.code.files,
      ...made,
      from: keysBefore(job),
      seconds,
    };
    const before = forced.has(job.stage.name) ? readRecord(store, record.request) : null;
    const differing = before === null ? [] : differingOutputs(before, record);
    for (const output of differing) events.differs?.(job.stage, output);
    writeRecord(store, record);
    return record;
  }

  #end(job: Job, finding: Finding, record: StageRecord, seconds: number, steps?: StageResult["steps"]): void {
    const { key, cues, nearest } = finding;
    const result: StageResult = {
      stage: job.stage.name,
      action: finding.record !== null ? "hit" : finding.steps.length > 0 ? "continue" : "run",
      key,
      cues,
      ...(nearest === undefined ? {} : { nearest }),
      record,
      seconds,
      ...(steps === undefined ? {} : { steps }),
    };
    this.#done.set(job.stage.name, { job, record });
    if (job.stage.kind === "plain") this.options.found?.set(key, record);
    this.#results.push(result);
    this.options.events.stageEnds?.(result);
  }

  #jobOf(wired: WiredStage): Job {
    return makeJob(this.options, wired, this.options.code, this.#done);
  }

  /** `followers` advance with it. */
  #lookUp(job: Job, followers: readonly WiredStage[]): Finding {
    const { store, params, forced, found } = this.options;
    const known = found?.get(keyOf(requestOf(job)));
    if (known !== undefined) {
      for (const { address } of addressesOf(known)) store.pin(address);
      return { key: keyOf(known.request), record: known, cues: [], steps: [] };
    }
    const isOpen = canEnd([job.wired, ...followers], params) &&
      findEnd(store, job, followers.map((one) => this.#jobOf(one)), forced) !== null;
    return lookUp(store, job, forced.has(job.stage.name), isOpen);
  }

  /** The lock of a job. The steps of a fold have one for all runs that differ only in their number of steps. */
  #lockName(job: Job): string {
    return job.stage.kind === "plain" ? keyOf(requestOf(job)) : this.#foldKey(job);
  }

  #foldKey(job: Job): string {
    const leader = this.#done.get(job.wired.follows ?? "")?.job;
    return foldKeyOf(job, leader === undefined ? "" : this.#foldKey(leader));
  }

  /** Does `work` while holding the locks of jobs, taken in their order. */
  #locked([first, ...rest]: readonly (readonly [Job, string])[], work: () => Promise<void>): Promise<void> {
    if (first === undefined) return work();
    const [{ stage }, lock] = first;
    const { store, events, name: by, signal } = this.options;
    const onWait = (owner: LockOwner | null) => events.stageWaits?.(stage, owner);
    return withLock(store.tree, store.lockPath(lock), onWait, () => this.#locked(rest, work), { by, signal });
  }
}
