/** Looks a job up in the store: is its result stored and intact, and if not, why must the stage run? */
import type { Cue } from "../why/cues.ts";
import { explainMiss, type Reasons } from "../why/nearest_record.ts";
import { addressesOf, keyOf, readRecord, recordPath, type Request, type StageRecord } from "../keys/record.ts";
import { type Job, requestOf, stepRequestOf } from "../keys/request.ts";
import { artifactsOf } from "../stage/stage_graph.ts";
import type { Fold } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";

/** What the store has for a job. */
export interface Finding extends Reasons {
  key: string;
  /** The record that matches the job, with all artifacts checked; null if the stage must run. */
  record: StageRecord | null;
  /** For a fold that must run: the outputs of the steps that are stored without a gap, step 0 first. */
  steps: Record<string, Address>[];
}

/**
 * Looks up a job. If `forced`, nothing that is stored counts; if `isOpen`, only stored steps do: where the fold ends is not
 * known.
 */
export function lookUp(store: Store, job: Job, forced: boolean, isOpen = false): Finding {
  const request = requestOf(job);
  const key = keyOf(request);
  const miss = (records: readonly StageRecord[], damaged: Cue[] = []): Finding => {
    const steps = records.map(({ outputs }) => outputs);
    return { key, record: null, ...reasonsOf(store, job, forced, steps.length, damaged), steps };
  };
  if (forced) return miss([]);
  if (isOpen) return miss(storedSteps(store, job, lastStepOf(job)));

  const hit = (record: StageRecord): Finding => ({ key, record, cues: [], steps: [] });
  const record = matchingRecord(store, job, request);
  const damaged = record === null ? damagedRecord(store, request, key) : damagedOutputs(store, record);
  if (record !== null && damaged.length === 0) return hit(record);
  if (job.stage.kind === "plain") return miss([], damaged);

  const last = lastStepOf(job);
  const records = storedSteps(store, job, last);
  const isComplete = records.length === last + 1 && Object.keys(job.stage.outputs).length === 0;
  if (!isComplete || damaged.length > 0) return miss(records, damaged);
  const seconds = records.reduce((sum, { seconds }) => sum + seconds, 0);
  return hit(recordOfSteps(job, job.stage, records.map(({ outputs }) => outputs), seconds));
}

/** Why a job must run that has this many stored steps, and, if they are the reason, these damaged outputs. */
export function reasonsOf(store: Store, job: Job, forced: boolean, storedSteps = 0, damaged: Cue[] = []): Reasons {
  if (forced) return { cues: [{ kind: "forced" }] };
  const reasons = damaged.length > 0 ? { cues: damaged } : explainMiss(store, job);
  if (storedSteps === 0) return reasons;
  const { stepName } = job.stage as Fold;
  const steps: Cue = { kind: "steps", stepName, stored: storedSteps - 1, wanted: lastStepOf(job) };
  // A run that was interrupted leaves steps without a record.
  return { ...reasons, cues: [...reasons.cues.filter(({ kind }) => kind !== "first"), steps] };
}

/** The outputs of a fold's steps as lists, step 0 first. */
export function listsOf(stage: Fold, steps: readonly Record<string, Address>[]): Record<string, Address[]> {
  const names = Object.keys(artifactsOf(stage.each));
  return Object.fromEntries(names.map((name) => [name, steps.map((step) => step[name])]));
}

/** The number of a fold's last step; for a follower, that of its leader. */
export function lastStepOf({ stage, params, inputs, last }: Job): number {
  if (last !== undefined) return last;
  if (stage.kind !== "fold") throw new TypeError(`Stage ${stage.name} has no steps.`);
  if (stage.lastStep !== undefined) return stage.lastStep(params);
  return Math.min(...Object.values(inputs).filter(Array.isArray).map(({ length }) => length)) - 1;
}

/** The record of a stored step of a fold; null if there is none, or anything is damaged; and what is. */
export function storedStep(store: Store, job: Job, step: number): { record: StageRecord | null; damaged: Cue[] } {
  const record = readRecord(store, stepRequestOf(job, step));
  const damaged = record === null ? [] : damagedOutputs(store, record);
  const isIntact = damaged.length === 0 && hasNames(record?.outputs ?? {}, artifactsOf((job.stage as Fold).each));
  return { record: isIntact ? record : null, damaged };
}

/** The record of the complete stage; null if there is none, or it does not have the declared outputs. */
function matchingRecord(store: Store, job: Job, request: Request): StageRecord | null {
  const record = readRecord(store, request);
  if (record === null || !hasNames(record.outputs, artifactsOf(job.stage.outputs))) return null;
  if (job.stage.kind === "plain") return record;
  const { each = {} } = record;
  const steps = lastStepOf(job) + 1;
  const isComplete = hasNames(each, artifactsOf(job.stage.each)) &&
    Object.values(each).every((list) => list.length === steps);
  return isComplete ? record : null;
}

function hasNames(found: Record<string, unknown>, declared: Record<string, unknown>): boolean {
  const names = Object.keys(declared);
  return Object.keys(found).length === names.length && names.every((name) => Object.hasOwn(found, name));
}

function damagedRecord(store: Store, request: Request, key: string): Cue[] {
  const path = recordPath(store, request);
  if (store.io.status(path) === null) return [];
  return [{ kind: "damaged", output: "record", digest: key, path, found: "damaged" }];
}

function damagedOutputs(store: Store, record: StageRecord): Cue[] {
  return addressesOf(record)
    .filter(({ address }) => !store.holds(address))
    .map(({ output, address: { digest } }) => {
      const path = store.artifactPath(digest);
      const found = store.io.status(path) === null ? "missing" : "damaged";
      return { kind: "damaged", output, digest, path, found };
    });
}

function storedSteps(store: Store, job: Job, last: number): StageRecord[] {
  const records: StageRecord[] = [];
  for (let step = 0; step <= last; step++) {
    const { record } = storedStep(store, job, step);
    if (record === null) break;
    records.push(record);
  }
  return records;
}

/** The record of a fold without final outputs: its steps are all stored, although this number of steps never ran. */
export function recordOfSteps(
  job: Job,
  stage: Fold,
  steps: readonly Record<string, Address>[],
  seconds: number,
): StageRecord {
  return { request: requestOf(job), files: job.code.files, outputs: {}, each: listsOf(stage, steps), seconds };
}
