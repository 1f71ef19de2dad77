/** Turns a stage, its params and what came before it into requests: what the keys are made of. */
import type { CodeDigest } from "./code.ts";
import { digestOfPlain } from "../store/digest.ts";
import type { InputDigests, Request, StageRecord } from "./record.ts";
import type { Artifact, OutputRef, Stage } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";

/** The stages of a run whose results are known, with their records, by name. */
export type Done = ReadonlyMap<string, { stage: Stage; record: StageRecord }>;

/** One stage of one run: all that is needed to look it up or to run it. */
export interface Job {
  stage: Stage;
  params: unknown;
  code: CodeDigest;
  /** The addresses of its inputs, by the input's name; those that are not known yet are left out. */
  inputs: Record<string, Address | Address[]>;
  /** The stages whose results have to be known before the job can be done. */
  waitsFor: string[];
  done: Done;
}

/** Binds a stage to the outputs of the stages before it, as far as they are known. */
export function makeJob(
  stage: Stage,
  params: unknown,
  code: CodeDigest,
  done: Done,
): Job {
  const inputs: Job["inputs"] = {};
  const waitsFor = new Set<string>();
  for (const [name, ref] of Object.entries(stage.inputs as Record<string, OutputRef>)) {
    const before = done.get(ref.stage)?.record;
    if (before === undefined) waitsFor.add(ref.stage);
    else inputs[name] = ref.each ? before.each![ref.output] : before.outputs[ref.output];
  }
  return { stage, params, code, inputs, waitsFor: [...waitsFor], done };
}

/** The request for the whole of a stage. */
export function requestOf(job: Job): Request {
  const { stage, params, code } = job;
  const keyParams = stage.keyParams?.(params) ?? params as Record<string, unknown>;
  return { stage: stage.name, version: stage.version, code: code.digest, params: keyParams, inputs: digestsOf(job) };
}

/**
 * The request for one step of a fold. Of an input that is a list, a step depends on the entries up to its own: the steps
 * before it made of them what it goes on from.
 */
export function stepRequestOf(job: Job, step: number): Request {
  const { stage, params, code } = job;
  if (stage.kind !== "fold") throw new TypeError(`Stage ${stage.name} has no steps.`);
  const inputs = Object.fromEntries(
    Object.entries(digestsOf(job)).map(([name, digest]) => [
      name,
      Array.isArray(digest) ? digestOfPlain(digest.slice(0, step + 1)) : digest,
    ]),
  );
  return {
    stage: stage.name,
    version: stage.version,
    code: code.digest,
    params: stage.stepParams(params),
    inputs,
    step,
  };
}

/** A job's inputs as artifacts that can be read. */
export function artifactsOf(job: Job, store: Store): Record<string, Artifact | Artifact[]> {
  return Object.fromEntries(
    Object.entries(job.inputs).map(([name, address]) => [
      name,
      Array.isArray(address) ? address.map((one) => store.artifact(one)) : store.artifact(address),
    ]),
  );
}

function digestsOf(job: Job): InputDigests {
  return Object.fromEntries(
    Object.entries(job.inputs).map(([name, address]) => [
      name,
      Array.isArray(address) ? address.map((one) => one.digest) : address.digest,
    ]),
  );
}
