/** The plan: what a run would do, stage by stage, as plain data. Planning runs and writes nothing. */
import type { CodeReader } from "../keys/code.ts";
import { keyOf, type StageRecord } from "../keys/record.ts";
import { type Job, makeJob, requestOf, type RunParts } from "../keys/request.ts";
import { Store } from "../store/store.ts";
import { readingOnly } from "../store/store_io.ts";
import type { Cue } from "../why/cues.ts";
import { type Nearest, nearestOf } from "../why/nearest_record.ts";
import { lastStepOf, lookUp, reasonsOf } from "./lookup.ts";

/** What will happen to a stage. */
export interface StagePlan {
  stage: string;
  /**
   * hit: the stored result is used. run: the stage runs. continue: a fold resumes after its stored steps. depends: an
   * earlier stage runs first. Without cues, the stage is a hit if the earlier one yields the same bytes as before; with
   * cues, it runs in any case.
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
  const planned = new Map<string, { plan: StagePlan; record: StageRecord | null }>();
  return (run) => {
    const done = new Map<string, { job: Job; record: StageRecord }>();
    const origins = new Map<string, string>();
    return run.graph.map((wired) => {
      const job = makeJob(run, wired, code, done);
      const { name } = wired.stage;
      const origin = originOf(job, origins);
      const { plan, record } = planned.getOrInsertComputed(origin, () => planStage(reading, job, forced.has(name)));
      if (record !== null) {
        done.set(name, { job, record });
        origins.set(name, origin);
      }
      return plan;
    });
  };
}

/** Everything that decides a stage's plan: its key, and how its inputs came about as far as that is known. */
function originOf(job: Job, origins: ReadonlyMap<string, string>): string {
  const before = new Set(job.wired.inputs.flatMap(({ wires }) => wires.map(({ stage }) => stage)));
  return `${keyOf(requestOf(job))}(${[...before].map((stage) => origins.get(stage) ?? stage).join()})`;
}

/** The plan of a stage; with the stored record for a hit. */
function planStage(reading: Store, job: Job, isForced: boolean): { plan: StagePlan; record: StageRecord | null } {
  const { stage, waitsFor } = job;
  const base = { stage: stage.name, key: null, nearest: null, waitsFor, outputs: null };
  if (waitsFor.length > 0) {
    return { plan: { ...base, action: "depends", ...reasonsOf(reading, job, isForced) }, record: null };
  }
  const { record, steps, ...found } = lookUp(reading, job, isForced);
  if (record !== null) {
    const outputs = { outputs: record.outputs, each: record.each ?? {} };
    return { plan: { ...base, action: "hit", ...found, nearest: nearestOf(found.key, record), outputs }, record };
  }
  const plan: StagePlan = { ...base, action: steps.length > 0 ? "continue" : "run", ...found };
  if (stage.kind === "fold") {
    plan.steps = { name: stage.stepName, stored: Math.max(0, steps.length - 1), wanted: lastStepOf(job) };
  }
  return { plan, record };
}
