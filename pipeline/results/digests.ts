/** The digests of everything that a run computed, in order, to compare two runs that should be the same. */
import type { FinishedRun } from "../define/figure.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { artifactsOf } from "../engine/stage/stage_graph.ts";
import type { OutputSpecs } from "../engine/stage/stage.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import type { Address, Store } from "../engine/store/store.ts";
import { digestsOfTensors } from "../formats/tensor_digests.ts";
import { exportsOf } from "./results.ts";

/** SHA-256 by what was digested: an artifact, a tensor of one ("checkpoint/0.weight"), a file. */
export type Digests = Record<string, string>;

/** The digests of a run: of its stages in the order of the chain (their steps, 0 first, and outputs), and its exports. */
export interface RunDigests {
  stages: Record<string, { steps?: Digests[]; outputs: Digests }>;
  files: Digests;
}

/** One digest and where it belongs. */
export interface Place {
  /** A stage's name, or "files" for the exports. */
  stage: string;
  /** The epoch; null for an output of the whole stage. */
  epoch: number | null;
  what: string;
  digest: string;
}

/** How two runs compare: the number of digests, how many differ, the first of these, and how many come before it. */
export interface DigestComparison {
  places: number;
  differing: number;
  /** A digest that only one of the runs has is null for the other. */
  first: Omit<Place, "digest"> & { expected: string | null; found: string | null } | null;
  before: number;
}

/** The digests of a finished run. */
export function digestsOfRun(pipeline: Pipeline, run: FinishedRun, store: Store): RunDigests {
  const records = new Map(run.stages.map(({ stage, record }) => [stage, record]));
  const stages = run.graph.map(({ stage }) => {
    const { outputs, each } = records.get(stage.name)!;
    const digests = { outputs: digestsOfOutputs(stage.outputs, outputs, store) };
    if (stage.kind === "plain") return [stage.name, digests];
    const lists = Object.entries(each!);
    const steps = lists[0][1].map((_, step) =>
      digestsOfOutputs(stage.each, Object.fromEntries(lists.map(([name, list]) => [name, list[step]])), store)
    );
    return [stage.name, { steps, ...digests }];
  });
  const files = [...exportsOf(pipeline, run)].map(([name, bytes]) => [name, digestOfBytes(bytes)]);
  return { stages: Object.fromEntries(stages), files: Object.fromEntries(files) };
}

/** All digests of a run as one list: stage by stage, steps before the stage's outputs, files last. */
export function placesOf({ stages, files }: RunDigests): Place[] {
  const places = (stage: string, epoch: number | null, digests: Digests) =>
    Object.entries(digests).map(([what, digest]): Place => ({ stage, epoch, what, digest }));
  return [
    ...Object.entries(stages).flatMap(([stage, { steps = [], outputs }]) => [
      ...steps.flatMap((digests, epoch) => places(stage, epoch, digests)),
      ...places(stage, null, outputs),
    ]),
    ...places("files", null, files),
  ];
}

/** Compares a run with the expected digests. Exports without an expected digest are skipped: they may be new. */
export function compareDigests(expected: RunDigests, found: RunDigests): DigestComparison {
  const files = Object.fromEntries(Object.entries(found.files).filter(([name]) => Object.hasOwn(expected.files, name)));
  const [wanted, given] = [expected, { ...found, files }].map((run) =>
    new Map(placesOf(run).map(({ digest, ...place }) => [JSON.stringify(place), digest]))
  );
  const all = [...new Set([...wanted.keys(), ...given.keys()])];
  const differing = all.filter((place) => wanted.get(place) !== given.get(place));
  const counts = { places: all.length, differing: differing.length };
  const [first] = differing;
  if (first === undefined) return { ...counts, first: null, before: all.length };
  const values = { expected: wanted.get(first) ?? null, found: given.get(first) ?? null };
  return { ...counts, first: { ...JSON.parse(first), ...values }, before: all.indexOf(first) };
}

/** In the order of their declaration. Weights have one digest per tensor, which shows which of them differ. */
function digestsOfOutputs(outputs: OutputSpecs, addresses: Record<string, Address>, store: Store): Digests {
  const entries = Object.entries(artifactsOf(outputs)).flatMap(([name, { format }]) => {
    if (format !== "safetensors") return [[name, addresses[name].digest]];
    const tensors = digestsOfTensors(store.artifact(addresses[name]).bytes(), name);
    return Object.entries(tensors).map(([tensor, digest]) => [`${name}/${tensor}`, digest]);
  });
  return Object.fromEntries(entries);
}
