/** Turns a stage, its params and what came before it into requests: what keys are made of. */
import { type Graph, inputName, type WiredStage } from "../stage/graph.ts";
import type { Artifact, Stage } from "../stage/stage.ts";
import { digestOfPlain } from "../store/digest.ts";
import type { Address, Store } from "../store/store.ts";
import type { CodeDigest, CodeReader } from "./code.ts";
import { type InputDigests, keyOf, type Request, type StageRecord } from "./record.ts";

/** What a run is made of: its chain, each stage's params by its name, and what the pipeline offers beside stages. */
export interface RunParts {
  readonly graph: Graph;
  readonly params: Readonly<Record<string, unknown>>;
  readonly library: unknown;
}

/** One stage of one run: all that is needed to look it up or to run it. */
export interface Job {
  wired: WiredStage;
  stage: Stage;
  params: unknown;
  library: unknown;
  /** The files whose code decides what comes out, and the digest of all of it. */
  sources: readonly string[];
  code: CodeDigest;
  /** The addresses of its inputs, by what they are called in keys; those that are not known yet are left out. */
  inputs: Record<string, Address | Address[]>;
  /** The stages whose results have to be known before the job can be done. */
  waitsFor: string[];
  done: Done;
}

/** The stages of a run whose results are known, by name. */
export type Done = ReadonlyMap<string, { job: Job; record: StageRecord }>;

/** Binds a stage of a run to the outputs of the stages before it, as far as they are known. */
export function makeJob(run: RunParts, wired: WiredStage, code: CodeReader, done: Done): Job {
  const inputs: Job["inputs"] = {};
  const waitsFor = new Set<string>();
  for (const input of wired.inputs) {
    for (const { part, stage, artifact } of input.wires) {
      const before = done.get(stage)?.record;
      if (before === undefined) waitsFor.add(stage);
      else inputs[inputName(input, part)] = input.each ? before.each![artifact] : before.outputs[artifact];
    }
  }
  const sources = sourcesOf(run, wired);
  return {
    wired,
    stage: wired.stage,
    params: run.params[wired.stage.name],
    library: run.library,
    sources,
    code: code.digest(sources),
    inputs,
    waitsFor: [...waitsFor],
    done,
  };
}

/**
 * The files whose code decides what a stage puts out: the stage's own, and those of the definitions that its params name.
 * What it takes may need definitions as well: a checkpoint those of its model.
 */
export function sourcesOf({ graph, params, library }: RunParts, { stage, inputs }: WiredStage): string[] {
  const makers = inputs.filter(({ kind }) => kind.needsDefinitions).flatMap(({ wires }) =>
    wires.map((one) => one.stage)
  );
  const stages = [stage, ...graph.filter((one) => makers.includes(one.stage.name)).map((one) => one.stage)];
  const definitions = stages.flatMap((one) => one.definitions?.(params[one.name], library) ?? []);
  return [...new Set([stage.source, ...definitions.map(({ source }) => source)])];
}

/** The request for the whole of a stage. */
export function requestOf(job: Job): Request {
  const { stage, params, library, code } = job;
  const keyParams = stage.keyParams?.(params, library) ?? params as Record<string, unknown>;
  return { stage: stage.name, version: stage.version, code: code.digest, params: keyParams, inputs: digestsOf(job) };
}

/**
 * The request for one step of a fold. Of an input that is a list, a step depends on the entries up to its own: the steps
 * before it made of them what it goes on from.
 */
export function stepRequestOf(job: Job, step: number): Request {
  return stepRequest(job, step, (digests) => digestOfPlain(digests.slice(0, step + 1)));
}

/**
 * What runs of a fold that differ only in their number of steps have in common. Whoever computes steps holds the lock of
 * this name. Of a fold that follows another, `leader` is that one's: its steps need not be known.
 */
export function foldKeyOf(job: Job, leader: string): string {
  return keyOf(stepRequest(job, 0, () => leader));
}

function stepRequest(job: Job, step: number, listDigest: (digests: string[]) => string): Request {
  const { stage, params, code } = job;
  if (stage.kind !== "fold") throw new TypeError(`Stage ${stage.name} has no steps.`);
  const digests = digestsOf(job);
  const names = job.wired.inputs.flatMap((input) => input.wires.map(({ part }) => inputName(input, part)));
  const inputs = Object.fromEntries(names.flatMap((name) => {
    const digest = digests[name] ?? [];
    return [[name, Array.isArray(digest) ? listDigest(digest) : digest]];
  }));
  return {
    stage: stage.name,
    version: stage.version,
    code: code.digest,
    params: stage.stepParams(params),
    inputs,
    step,
  };
}

/** The keys of the results that a job takes its inputs from, by stage. */
export function keysBefore({ wired, done }: Job): Record<string, string> {
  const names = new Set(wired.inputs.flatMap(({ wires }) => wires.map(({ stage }) => stage)));
  return Object.fromEntries([...names].map((name) => [name, keyOf(requestOf(done.get(name)!.job))]));
}

/** The values of a job's inputs, as a stage is given them. */
export function inputsOf(job: Job, store: Store): Record<string, unknown> {
  return Object.fromEntries(job.wired.inputs.map((input) => {
    const named = input.wires.map(({ part }) => [part, job.inputs[inputName(input, part)]] as const);
    const open = (addressOf: (given: Address | Address[]) => Address) => {
      const parts = named.map(([part, given]): [string, Artifact] => [part, store.artifact(addressOf(given))]);
      return input.kind.open(Object.fromEntries(parts));
    };
    if (!input.each) return [input.name, open((given) => given as Address)];
    const steps = (named[0][1] as Address[]).map((_, step) => open((given) => (given as Address[])[step]));
    return [input.name, steps];
  }));
}

function digestsOf(job: Job): InputDigests {
  return Object.fromEntries(
    Object.entries(job.inputs).map(([name, address]) => [
      name,
      Array.isArray(address) ? address.map((one) => one.digest) : address.digest,
    ]),
  );
}
