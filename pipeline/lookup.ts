/** Looks a job up in the store: is its result there, whole and right, and if not, why not? */
import { type Cue, explainMiss } from "./cues.ts";
import { addressesOf, hasRecord, keyOf, readRecord, recordsOf, type StageRecord } from "./record.ts";
import { artifactsOf, type Job, requestOf, stepRequestOf } from "./request.ts";
import type { Address, Store } from "./store.ts";

/** What the store has for a job. */
export interface Finding {
  key: string;
  /** The record that answers the job, all of its artifacts checked; null when the stage must run. */
  record: StageRecord | null;
  /** Why the stage must run; empty for a hit. */
  cues: Cue[];
  /** For a fold that must run: the outputs of the steps that are stored without a gap, step 0 first. */
  steps: Record<string, Address>[];
}

/** Looks up a job. With `forced`, nothing that is stored counts. */
export function lookUp(store: Store, job: Job, forced: boolean): Finding {
  const request = requestOf(job);
  const key = keyOf(request);
  if (forced) return { key, record: null, cues: [{ kind: "forced" }], steps: [] };

  const record = readRecord(store, request.stage, key);
  const damaged = record === null ? damagedRecord(store, request.stage, key) : damagedOutputs(store, record);
  if (record !== null && damaged.length === 0) return { key, record, cues: [], steps: [] };

  const steps = job.stage.kind === "fold" ? storedSteps(store, job) : [];
  const cues = damaged.length > 0 ? damaged : explainMiss(request, job.code.files, recordsOf(store, request.stage));
  if (job.stage.kind === "fold" && steps.length > 0) {
    cues.push({
      kind: "steps",
      stepName: job.stage.stepName,
      stored: steps.length - 1,
      wanted: lastStepOf(store, job),
    });
  }
  return { key, record: null, cues, steps };
}

/** The number of a fold's last step. */
export function lastStepOf(store: Store, job: Job): number {
  if (job.stage.kind !== "fold") throw new TypeError(`Stage ${job.stage.name} has no steps.`);
  return job.stage.lastStep(job.params, artifactsOf(job, store));
}

/** A record that is there but cannot be trusted. */
function damagedRecord(store: Store, stage: string, key: string): Cue[] {
  return hasRecord(store, stage, key) ? [{ kind: "damaged", output: "record", digest: key }] : [];
}

function damagedOutputs(store: Store, record: StageRecord): Cue[] {
  return addressesOf(record)
    .filter(({ address }) => !store.holds(address))
    .map(({ output, address }) => ({ kind: "damaged", output, digest: address.digest }));
}

function storedSteps(store: Store, job: Job): Record<string, Address>[] {
  const steps: Record<string, Address>[] = [];
  const last = lastStepOf(store, job);
  for (let step = 0; step <= last; step++) {
    const record = readRecord(store, job.stage.name, keyOf(stepRequestOf(job, step)));
    if (record === null || damagedOutputs(store, record).length > 0) break;
    steps.push(record.outputs);
  }
  return steps;
}
