/** Turns a stage, its params and its inputs into a request, from which the key is computed. */
import { type Graph, inputName, type WiredInput, type WiredStage } from "../stage/stage_graph.ts";
import type { Artifact } from "../stage/kind.ts";
import type { Stage } from "../stage/stage.ts";
import { digestOfPlain } from "../store/digest.ts";
import type { Address, Store } from "../store/store.ts";
import type { CodeDigest, CodeReader } from "./code.ts";
import { type InputDigests, keyOf, type Request, type StageRecord } from "./record.ts";

/** What is run: the chain, each stage's params by its name, and what the pipeline offers besides stages. */
export interface RunParts {
  readonly graph: Graph;
  readonly params: Readonly<Record<string, unknown>>;
  readonly library: unknown;
  /**
   * Names, the experiment's own first: why a stage runs is explained by results that were made for them. A run's name is one
   * of them, which "@" can follow. By default, by all results.
   */
  readonly names?: readonly string[];
}

/** One stage of one run: everything that is needed to look it up or run it. */
export interface Job {
  run: RunParts;
  wired: WiredStage;
  stage: Stage;
  params: unknown;
  library: unknown;
  /** The files whose code decides the outputs, and the digest of that code. */
  sources: readonly string[];
  code: CodeDigest;
  /** The addresses of its inputs, by their names in keys, as far as they are known. */
  inputs: Record<string, Address | Address[]>;
  /** Of a fold that a follower ends before the last step that its params name: the step after which it does. */
  last?: number;
  /** The stages that must be complete before the job can be done. */
  waitsFor: string[];
  done: Done;
}

/** The completed stages of a run, by name. */
type Done = ReadonlyMap<string, { job: Job; record: StageRecord }>;

/** Makes the job of a stage, with the outputs of the stages that are done as inputs. */
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
  const { stage } = wired;
  const sources = sourcesOf(run, wired);
  const params = run.params[stage.name];
  const digest = code.digest(sources);
  return {
    run,
    wired,
    stage,
    params,
    library: run.library,
    sources,
    code: digest,
    inputs,
    waitsFor: [...waitsFor],
    done,
  };
}

/**
 * The files whose code decides a stage's outputs: its own, and those of the definitions that its params refer to. If the
 * kind of an input needs definitions, also those that the params of the stages that output it refer to.
 */
export function sourcesOf({ graph, params, library }: RunParts, { stage, inputs }: WiredStage): string[] {
  const definitionsOf = (one: Stage) => one.definitions?.(params[one.name], library) ?? [];
  const needed = inputs.flatMap(({ kind, wires }) => {
    const candidates = kind.needsDefinitions?.(library) ?? [];
    const makers = graph.map((one) => one.stage).filter(({ name }) => wires.some((wire) => wire.stage === name));
    return makers.flatMap(definitionsOf).filter((one) => candidates.includes(one));
  });
  return [...new Set([stage.source, ...[...definitionsOf(stage), ...needed].map(({ source }) => source)])];
}

/** The request for a complete stage. */
export function requestOf(job: Job): Request {
  const { stage, params, library, code, last } = job;
  const keyParams = stage.keyParams?.(params, library) ?? params as Record<string, unknown>;
  const request = { stage: stage.name, version: stage.version, code: code.digest, params: keyParams };
  return { ...request, inputs: digestsOf(job), ...(last === undefined ? {} : { last }) };
}

/** The request for one step of a fold. It depends on the entries of a list up to its own, through the earlier steps. */
export function stepRequestOf(job: Job, step: number): Request {
  return stepRequest(job, step, (digests) => digestOfPlain(digests.slice(0, step + 1)));
}

/**
 * The key that runs of a fold share if they differ only in their number of steps. A process that computes steps holds
 * the lock with this name. For a follower, `leader` is the key of its leader, whose steps need not be known.
 */
export function foldKeyOf(job: Job, leader: string): string {
  return keyOf(stepRequest(job, 0, () => leader));
}

function stepRequest(job: Job, step: number, listDigest: (digests: string[]) => string): Request {
  const { stage, params, wired } = job;
  if (stage.kind !== "fold") throw new TypeError(`Stage ${stage.name} has no steps.`);
  const { inputs: digests, last: _, ...request } = requestOf(job);
  const names = wired.inputs.flatMap((input) => input.wires.map(({ part }) => inputName(input, part)));
  const inputs = Object.fromEntries(names.map((name) => {
    const digest = digests[name] ?? [];
    return [name, Array.isArray(digest) ? listDigest(digest) : digest];
  }));
  return { ...request, params: stage.stepParams(params), inputs, step };
}

/** The keys of the results that a job's inputs come from, by stage. */
export function keysBefore({ wired, done }: Job): Record<string, string> {
  const names = new Set(wired.inputs.flatMap(({ wires }) => wires.map(({ stage }) => stage)));
  return Object.fromEntries([...names].map((name) => [name, keyOf(requestOf(done.get(name)!.job))]));
}

/** The values that a stage receives for a job's inputs. */
export function inputsOf(job: Job, store: Store): Record<string, unknown> {
  return Object.fromEntries(job.wired.inputs.map((input) => {
    if (!input.each) return [input.name, openInput(job, input, null, store)];
    const steps = job.inputs[inputName(input, input.wires[0].part)] as Address[];
    return [input.name, steps.map((_, step) => openInput(job, input, step, store))];
  }));
}

/** The value of an input, or of one step of an input that is a list. */
export function openInput(job: Job, input: WiredInput, step: number | null, store: Store): unknown {
  return input.kind.open(Object.fromEntries(input.wires.map(({ part }): [string, Artifact] => {
    const address = job.inputs[inputName(input, part)];
    return [part, store.artifact(step === null ? address as Address : (address as Address[])[step])];
  })));
}

function digestsOf(job: Job): InputDigests {
  return Object.fromEntries(
    Object.entries(job.inputs).map(([name, address]) => [
      name,
      Array.isArray(address) ? address.map((one) => one.digest) : address.digest,
    ]),
  );
}
