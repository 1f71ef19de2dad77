/** Looks a job up in the store: is its result there, whole and right, and if not, why not? */
import type { Cue } from "../why/cues.ts";
import { explainMiss, type Nearest } from "../why/nearest_record.ts";
import {
  addressesOf,
  hasRecord,
  keyOf,
  readRecord,
  recordPath,
  type Request,
  type StageRecord,
} from "../keys/record.ts";
import { type Job, requestOf, stepRequestOf } from "../keys/request.ts";
import { artifactsOf } from "../stage/graph.ts";
import type { FoldStage } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";

/** What the store has for a job. */
export interface Finding {
  key: string;
  /** The record that answers the job, all of its artifacts checked; null when the stage must run. */
  record: StageRecord | null;
  /** Why the stage must run; empty for a hit. */
  cues: Cue[];
  /** The stored record that the cues compare with. */
  nearest?: Nearest;
  /** For a fold that must run: the outputs of the steps that are stored without a gap, step 0 first. */
  steps: Record<string, Address>[];
}

/** Looks up a job. With `forced`, nothing that is stored counts. */
export function lookUp(store: Store, job: Job, forced: boolean): Finding {
  const request = requestOf(job);
  const key = keyOf(request);
  if (forced) return { key, record: null, cues: [{ kind: "forced" }], steps: [] };

  const record = fittingRecord(store, job, request);
  const damaged = record === null ? damagedRecord(store, request, key) : damagedOutputs(store, record);
  if (record !== null && damaged.length === 0) return { key, record, cues: [], steps: [] };

  const why = () => damaged.length > 0 ? { cues: damaged } : explainMiss(store, job);
  if (job.stage.kind === "plain") return { key, record: null, ...why(), steps: [] };

  const wanted = lastStepOf(job);
  const records = storedSteps(store, job, wanted);
  const steps = records.map(({ outputs }) => outputs);
  const isWhole = steps.length === wanted + 1 && Object.keys(job.stage.outputs).length === 0;
  if (isWhole && damaged.length === 0) {
    return { key, record: wholeOf(job, job.stage, records), cues: [], steps: [] };
  }
  const miss = why();
  const cues = steps.length === 0 ? miss.cues : stepsCue(miss.cues, job.stage, steps.length - 1, wanted);
  return { key, record: null, ...miss, cues, steps };
}

/** The cues of a fold that goes on after a stored step; a run that was stopped left steps and no record. */
export function stepsCue(cues: readonly Cue[], { stepName }: FoldStage, stored: number, wanted: number): Cue[] {
  return [...cues.filter(({ kind }) => kind !== "first"), { kind: "steps", stepName, stored, wanted }];
}

/** The outputs of a fold's steps as lists, step 0 first. */
export function listsOf(stage: FoldStage, steps: readonly Record<string, Address>[]): Record<string, Address[]> {
  const names = Object.keys(artifactsOf(stage.each));
  return Object.fromEntries(names.map((name) => [name, steps.map((step) => step[name])]));
}

/** The number of a fold's last step; of a fold that follows another, that one's. */
export function lastStepOf({ stage, params, inputs }: Job): number {
  if (stage.kind !== "fold") throw new TypeError(`Stage ${stage.name} has no steps.`);
  if (stage.lastStep !== undefined) return stage.lastStep(params);
  return Object.values(inputs).filter(Array.isArray).reduce((least, { length }) => Math.min(least, length), Infinity) -
    1;
}

/** A stored step of a fold, all of its bytes right; null when there is none. */
export function storedStep(store: Store, job: Job, step: number): StageRecord | null {
  const record = readRecord(store, stepRequestOf(job, step));
  const isWhole = record !== null && isNamed(record.outputs, artifactsOf((job.stage as FoldStage).each)) &&
    damagedOutputs(store, record).length === 0;
  return isWhole ? record : null;
}

/** The record of the whole stage; null also for one that does not name what the stage puts out. */
function fittingRecord(store: Store, job: Job, request: Request): StageRecord | null {
  const record = readRecord(store, request);
  if (record === null || !isNamed(record.outputs, artifactsOf(job.stage.outputs))) return null;
  if (job.stage.kind === "plain") return record;
  const each = record.each ?? {};
  const steps = lastStepOf(job) + 1;
  const isWhole = isNamed(each, artifactsOf(job.stage.each)) &&
    Object.values(each).every((list) => list.length === steps);
  return isWhole ? record : null;
}

/** True when `found` has the names that are declared, and no others. */
function isNamed(found: Record<string, unknown>, declared: Record<string, unknown>): boolean {
  const names = Object.keys(declared);
  return Object.keys(found).length === names.length && names.every((name) => Object.hasOwn(found, name));
}

/** A record that is there but cannot be trusted. */
function damagedRecord(store: Store, request: Request, key: string): Cue[] {
  const path = recordPath(store, request);
  return hasRecord(store, request) ? [{ kind: "damaged", output: "record", digest: key, path, found: "damaged" }] : [];
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
    const record = storedStep(store, job, step);
    if (record === null) break;
    records.push(record);
  }
  return records;
}

/** A shorter run of a fold that puts out nothing but its steps: all of it is stored, though it never ran by itself. */
function wholeOf(job: Job, stage: FoldStage, records: readonly StageRecord[]): StageRecord {
  return {
    request: requestOf(job),
    files: job.code.files,
    outputs: {},
    each: listsOf(stage, records.map(({ outputs }) => outputs)),
    seconds: records.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
