/** The plan: what a run would do, stage by stage, as plain data. Planning runs and writes nothing. */
import type { CodeReader } from "../keys/code.ts";
import { keyOf, type StageRecord } from "../keys/record.ts";
import { type Job, makeJob, requestOf, type RunParts } from "../keys/request.ts";
import { groupsOf } from "../stage/stage_graph.ts";
import { canonicalJson, type Plain } from "../store/digest.ts";
import { Store } from "../store/store.ts";
import { readingOnly } from "../store/store_io.ts";
import type { Cue } from "../why/cues.ts";
import { type Nearest, nearestOf } from "../why/nearest_record.ts";
import { canEnd, findEnd } from "./ending.ts";
import { lastStepOf, lookUp, reasonsOf } from "./lookup.ts";

/** What will happen to a stage. */
export interface StagePlan {
  stage: string;
  /**
   * hit: the stored result is used. run: the stage runs. continue: a fold resumes after its stored steps. depends: an
   * earlier stage runs first, or one that follows a fold and can end it. Without cues, the stage is a hit if that one yields
   * the same bytes as before; with cues, it runs in any case.
   */
  action: "hit" | "run" | "continue" | "depends";
  key: string | null;
  cues: Cue[];
  /** The stored result that is used or that the cues compare with; null if there is none. */
  nearest: Nearest | null;
  /** The stages that must be complete first, for "depends". */
  waitsFor: string[];
  /** For a fold: its steps, and how many of them are stored. */
  steps?: { name: string; stored: number; wanted: number };
  /** The stage's outputs, if known. */
  outputs: Pick<StageRecord, "outputs" | "each"> | null;
}

/**
 * Returns a function that plans runs; the stages in `forced` must run. The plans share what is read of the store, and
 * stages that are the same in several.
 */
export function makePlanner(
  store: Store,
  code: CodeReader,
  forced: ReadonlySet<string>,
): (run: RunParts) => StagePlan[] {
  const reading = new Store(store.root, readingOnly(store.io));
  const planned = new Map<string, Planned>();
  return (run) => {
    const done = new Map<string, { job: Job; record: StageRecord }>();
    const origins = new Map<string, string>();
    return groupsOf(run.graph).flatMap((group) =>
      group.map((wired, i) => {
        const job = makeJob(run, wired, code, done);
        const { name } = wired.stage;
        const following = i === 0 && canEnd(group, run.params)
          ? group.slice(1).map((one) => makeJob(run, one, code, done))
          : null;
        const deciding = following === null ? [] : [job, ...following].map((one) => decidingOf(one, origins));
        const origin = [run.names, originOf(job, origins), ...deciding].join();
        const make = () => planStage(reading, job, following, forced);
        const { plan, record, last } = planned.getOrInsertComputed(origin, make);
        if (last !== undefined) job.last = last;
        if (record !== null) {
          done.set(name, { job, record });
          origins.set(name, origin);
        }
        return plan;
      })
    );
  };
}

/** Everything by which a fold decides where another ends: its steps, and its params, of which not all are in its key. */
function decidingOf(job: Job, origins: ReadonlyMap<string, string>): string {
  return originOf(job, origins) + canonicalJson(job.params as Plain);
}

/** Everything that decides a stage's plan: its key, and how its inputs came about as far as that is known. */
function originOf(job: Job, origins: ReadonlyMap<string, string>): string {
  const before = new Set(job.wired.inputs.flatMap(({ wires }) => wires.map(({ stage }) => stage)));
  return `${keyOf(requestOf(job))}(${[...before].map((stage) => origins.get(stage) ?? stage).join()})`;
}

/** What is planned for a stage; for a hit, with the stored record, and where a fold ended early. */
interface Planned {
  plan: StagePlan;
  record: StageRecord | null;
  last?: number;
}

/** The plan of a stage; those that are `following` advance with it, and it or they can end before its last step. */
function planStage(reading: Store, job: Job, following: readonly Job[] | null, forced: ReadonlySet<string>): Planned {
  const { stage, waitsFor } = job;
  const isForced = forced.has(stage.name);
  const base = { stage: stage.name, key: null, nearest: null, waitsFor, outputs: null };
  if (waitsFor.length > 0) {
    return { plan: { ...base, action: "depends", ...reasonsOf(reading, job, isForced) }, record: null };
  }
  const lacking = following === null ? null : findEnd(reading, job, following, forced);
  if (lacking !== null && lacking !== stage.name) {
    return { plan: { ...base, action: "depends", cues: [], waitsFor: [lacking] }, record: null };
  }
  const { record, steps, ...found } = lookUp(reading, job, isForced, lacking !== null);
  if (record !== null) {
    const outputs = { outputs: record.outputs, each: record.each ?? {} };
    const plan: StagePlan = { ...base, action: "hit", ...found, nearest: nearestOf(found.key, record), outputs };
    return { plan, record, last: job.last };
  }
  const plan: StagePlan = { ...base, action: steps.length > 0 ? "continue" : "run", ...found };
  if (stage.kind === "fold") {
    plan.steps = { name: stage.stepName, stored: Math.max(0, steps.length - 1), wanted: lastStepOf(job) };
  }
  return { plan, record };
}
