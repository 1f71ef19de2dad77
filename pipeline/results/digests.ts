/**
 * The digests of everything that a run computed, in the order in which it was computed, so that two runs that should be
 * the same can be compared, and the first difference named.
 */
import type { FinishedRun } from "../define/finished_run.ts";
import type { Pipeline } from "../define/pipeline.ts";
import type { StageRecord } from "../engine/keys/record.ts";
import { artifactsOf } from "../engine/stage/graph.ts";
import type { Format } from "../engine/stage/artifact.ts";
import type { OutputSpecs, Stage } from "../engine/stage/stage.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import type { Address, Store } from "../engine/store/store.ts";
import { decodeSafetensors } from "../formats/safetensors.ts";
import { exportsOf } from "./results.ts";

/** SHA-256 by what was digested: an artifact, a tensor of one ("checkpoint/0.weight"), a file. */
export type Digests = Record<string, string>;

/** The digests of one stage: of what each of its steps put out, step 0 first, and of what it put out once. */
export interface StageDigests {
  steps?: Digests[];
  outputs: Digests;
}

/** The digests of a run: of its stages in the order of the chain, and of its exports. */
export interface RunDigests {
  stages: Record<string, StageDigests>;
  files: Digests;
}

/** One digest and where it belongs. */
export interface Place {
  /** A stage's name, or "files" for the exports. */
  stage: string;
  /** The epoch; null of what a stage put out once. */
  epoch: number | null;
  what: string;
  digest: string;
}

/** Where two runs differ. A digest that only one of them has is null for the other. */
export interface Difference extends Omit<Place, "digest"> {
  expected: string | null;
  found: string | null;
}

/** How two runs compare. */
export interface DigestComparison {
  /** How many places there are in all. */
  places: number;
  /** How many of them differ. */
  differing: number;
  first: Difference | null;
  /** How many places come before the first difference. */
  before: number;
}

/** The digests of a finished run. */
export function digestsOfRun(pipeline: Pipeline, run: FinishedRun, store: Store): RunDigests {
  const records = new Map(run.stages.map(({ stage, record }) => [stage, record]));
  const stages = run.graph.map(({ stage }) => [stage.name, digestsOfStage(stage, records.get(stage.name)!, store)]);
  const files = [...exportsOf(pipeline, run)].map(([name, bytes]) => [name, digestOfBytes(bytes)]);
  return { stages: Object.fromEntries(stages), files: Object.fromEntries(files) };
}

/** All digests of a run as one list: stage by stage, steps before what a stage put out once, files last. */
export function placesOf({ stages, files }: RunDigests): Place[] {
  return [
    ...Object.entries(stages).flatMap(([stage, { steps = [], outputs }]) => [
      ...steps.flatMap((digests, epoch) => places(stage, epoch, digests)),
      ...places(stage, null, outputs),
    ]),
    ...places("files", null, files),
  ];
}

/** Compares a run with what is expected of it. Exports that nothing is expected of are left out: some may be new. */
export function compareDigests(expected: RunDigests, found: RunDigests): DigestComparison {
  const files = Object.fromEntries(Object.entries(found.files).filter(([name]) => Object.hasOwn(expected.files, name)));
  const [wanted, given] = [expected, { ...found, files }].map((run) =>
    new Map(placesOf(run).map(({ digest, ...place }) => [JSON.stringify(place), digest]))
  );
  const all = [...new Set([...wanted.keys(), ...given.keys()])];
  const differing = all.filter((place) => wanted.get(place) !== given.get(place));
  const [first] = differing;
  return {
    places: all.length,
    differing: differing.length,
    first: first === undefined
      ? null
      : { ...JSON.parse(first), expected: wanted.get(first) ?? null, found: given.get(first) ?? null },
    before: first === undefined ? all.length : all.indexOf(first),
  };
}

function digestsOfStage(stage: Stage, record: StageRecord, store: Store): StageDigests {
  const outputs = digestsOfOutputs(stage.outputs, record.outputs, store);
  if (stage.kind === "plain") return { outputs };
  const lists = record.each!;
  const count = Object.values(lists)[0].length;
  const steps = Array.from({ length: count }, (_, step) => {
    const addresses = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list[step]]));
    return digestsOfOutputs(stage.each, addresses, store);
  });
  return { steps, outputs };
}

/** In the order of their declaration: for training, the parameters before the figures made with them. */
function digestsOfOutputs(outputs: OutputSpecs, made: Record<string, Address>, store: Store): Digests {
  const entries = Object.entries(artifactsOf(outputs))
    .flatMap(([name, { format }]) => digestsOfOne(name, format, made[name], store));
  return Object.fromEntries(entries);
}

/** Of weights, one digest a tensor: which of them differ says more than that the file does. */
function digestsOfOne(name: string, format: Format, address: Address, store: Store): [string, string][] {
  if (format !== "safetensors") return [[name, address.digest]];
  const { tensors } = decodeSafetensors(store.artifact(address).bytes(), name);
  return tensors.map((tensor) => {
    const { buffer, byteOffset, byteLength } = tensor.data;
    return [`${name}/${tensor.name}`, digestOfBytes(new Uint8Array(buffer, byteOffset, byteLength))];
  });
}

function places(stage: string, epoch: number | null, digests: Digests): Place[] {
  return Object.entries(digests).map(([what, digest]) => ({ stage, epoch, what, digest }));
}
