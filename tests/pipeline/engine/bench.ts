/** Runs stages on a temporary cache folder, and returns what happened as plain data. */
import { dirname, join } from "node:path";
import type { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import type { CodeRoot } from "../../../pipeline/engine/keys/code_map.ts";
import type { Cue } from "../../../pipeline/engine/why/cues.ts";
import { makePlanner, type StagePlan } from "../../../pipeline/engine/run/plan.ts";
import { describeCue } from "../../../pipeline/engine/why/cue_text.ts";
import { withRepairs } from "../../../pipeline/engine/run/repairs.ts";
import type { RunEvents, RunOptions, StageResult } from "../../../pipeline/engine/run/run_options.ts";
import { runStages } from "../../../pipeline/engine/run/runner.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import type { StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import { codeFrom } from "../code_of.ts";
import { TOY_PARAMS, toyGraph, type ToyParams } from "./toys.ts";

/** The project's own code, as in the pipeline. */
export const ROOT: CodeRoot = {
  name: "",
  folder: join(dirname(import.meta.dirname!), "../.."),
  program: ["core", "pipeline", "std"],
};

/** The code of the toys. */
export const TOYS_CODE = await codeFrom([ROOT], [join(import.meta.dirname!, "toys.ts")]);

/** Runs stages like a complete run, with leases and repairs. */
export function runAll(
  options: Pick<RunOptions, "graph" | "params" | "store"> & Partial<RunOptions>,
): Promise<StageResult[]> {
  const whole = {
    library: null,
    code: TOYS_CODE,
    forced: new Set<string>(),
    signal: new AbortController().signal,
    events: {},
    ...options,
  };
  return withRepairs(options.store, () => runStages(whole));
}

/** Params that replace fields of TOY_PARAMS. */
export type Changes = { [Name in keyof ToyParams]?: Partial<ToyParams[Name]> };

/** Options of a run of the toys. */
export interface Variation {
  params?: Changes;
  forced?: string[];
  io?: StoreIo;
  /** Replaces stages. */
  change?: (stage: Stage) => Stage;
  events?: RunEvents;
  code?: CodeReader;
  /** For whom the run is: the names of the experiment and of those that it extends. */
  names?: string[];
  /** Called at the beginning of every piece of work. */
  log?: (work: string) => void;
}

/** The outcome of a run. */
export interface Outcome {
  /** The pieces of work, in order: "words", "grow 2". */
  work: string[];
  /** The action of each stage. */
  actions: Record<string, string>;
  /** The cues of each stage. */
  cues: Record<string, Cue[]>;
  keys: Record<string, string>;
  /** Digests of all outputs of each stage. */
  digests: Record<string, unknown>;
  /** Outputs of forced stages with other bytes than before: "words.text". */
  differs: string[];
  results: StageResult[];
}

/** Calls `work` with a cache folder that does not exist yet, and removes it afterwards. */
export async function withCache(work: (cache: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-engine-" });
  try {
    await work(`${folder}/cache`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** TOY_PARAMS with changes. */
export function toyParams(changes: Changes = {}): Record<string, unknown> {
  const entries = Object.entries(TOY_PARAMS) as [keyof ToyParams, Record<string, unknown>][];
  return Object.fromEntries(entries.map(([name, params]) => [name, { ...params, ...changes[name] }]));
}

/** A `change` that replaces fields of the stage `name`. */
export function changed(name: string, fields: Partial<Stage>): (stage: Stage) => Stage {
  return (stage) => stage.name === name ? { ...stage, ...fields } as Stage : stage;
}

/** Runs the toys on the cache. */
export async function runToys(cache: string, variation: Variation = {}): Promise<Outcome> {
  const work: string[] = [];
  const differs: string[] = [];
  const log = (piece: string) => {
    work.push(piece);
    variation.log?.(piece);
  };
  const results = await runAll({
    graph: toyGraph(log, variation.change),
    params: toyParams(variation.params),
    store: new Store(cache, variation.io),
    code: variation.code ?? TOYS_CODE,
    name: variation.names?.[0],
    names: variation.names?.map((name) => name.split("@")[0]),
    forced: new Set(variation.forced),
    events: { differs: (stage, output) => differs.push(`${stage.name}.${output}`), ...variation.events },
  });
  const byStage = <T>(what: (result: StageResult) => T) =>
    Object.fromEntries(results.map((result) => [result.stage, what(result)]));
  return {
    work,
    actions: byStage(({ action }) => action),
    cues: byStage(({ cues }) => cues),
    keys: byStage(({ key }) => key),
    digests: byStage(({ record }) => ({ outputs: record.outputs, each: record.each ?? {} })),
    differs,
    results,
  };
}

/** Plans a run of the toys on the cache. */
export function planToys(cache: string, variation: Variation = {}): StagePlan[] {
  return planManyToys(cache, [variation.params], variation)[0];
}

/** Plans runs of the toys with these params by one planner. */
export function planManyToys(cache: string, all: readonly Variation["params"][], variation: Variation): StagePlan[][] {
  const log = (piece: string) => {
    throw new Error(`The plan runs ${piece}.`);
  };
  const plan = makePlanner(new Store(cache, variation.io), TOYS_CODE, new Set(variation.forced));
  const graph = toyGraph(log, variation.change);
  return all.map((params) => plan({ graph, params: toyParams(params), library: null, names: variation.names }));
}

/** The digests of a run with these params and an empty cache, which every other run with them must have. */
export async function straightDigests(params: Changes = {}): Promise<Outcome["digests"]> {
  let digests: Outcome["digests"] = {};
  await withCache(async (cache) => {
    digests = (await runToys(cache, { params })).digests;
  });
  return digests;
}

/** The descriptions of a stage's cues. */
export function wordsOf(outcome: Outcome, stage: string): string[] {
  return outcome.cues[stage].map(describeCue);
}

/** The file of an artifact. */
export function artifactPath(cache: string, digest: string): string {
  return `${cache}/artifacts/${digest.slice(0, 2)}/${digest}`;
}

/** The digest of an output of a stage, or of a step of a fold. */
export function digestOf(outcome: Outcome, stage: string, output: string, step?: number): string {
  const { record } = outcome.results.find((result) => result.stage === stage)!;
  return step === undefined ? record.outputs[output].digest : record.each![output][step].digest;
}

/** The digest of the text that `words` or `lower` output. */
export function textDigest(outcome: Outcome, stage: string): string {
  return digestOf(outcome, stage, stage === "lower" ? "small" : "text");
}
