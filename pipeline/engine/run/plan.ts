/** The plan: what a run would do, stage by stage, as plain data. Nothing is run or written to make it. */
import type { CodeReader } from "../keys/code.ts";
import type { StageRecord } from "../keys/record.ts";
import { type Job, makeJob, type RunParts } from "../keys/request.ts";
import { lastStepOf, lookUp } from "./lookup.ts";
import { Store } from "../store/store.ts";
import { readingOnly } from "../store/store_io.ts";
import type { Cue } from "../why/cues.ts";
import { explainMiss, type Nearest, nearestOf } from "../why/nearest_record.ts";

/** What is to happen to a stage. */
export interface StagePlan {
  stage: string;
  /**
   * hit: the stored result is used. run: the stage runs. continue: a fold goes on after its stored steps.
   * depends: a stage before it runs first. Without cues of its own it will be a hit if that one yields the bytes it
   * yielded before; with cues it will run in any case.
   */
  action: "hit" | "run" | "continue" | "depends";
  key: string | null;
  cues: Cue[];
  /** The stored result that is used, or the one that the cues compare with; null when there is none. */
  nearest: Nearest | null;
  /** The stages that must be done first, for "depends". */
  waitsFor: string[];
  /** For a fold: its steps, and how many of them are stored. */
  steps?: { name: string; stored: number; wanted: number };
  /** What the stage would put out, where that is known. */
  outputs: Pick<StageRecord, "outputs" | "each"> | null;
}

const FORCED: Cue[] = [{ kind: "forced" }];

/** Plans a run; `forced` are the stages that must run. */
export function makePlan(run: RunParts, store: Store, code: CodeReader, forced: ReadonlySet<string>): StagePlan[] {
  const reading = new Store(store.root, readingOnly(store.io));
  const done = new Map<string, { job: Job; record: StageRecord }>();
  return run.graph.map((wired): StagePlan => {
    const job = makeJob(run, wired, code, done);
    const { stage, waitsFor } = job;
    const name = { stage: stage.name, waitsFor };
    if (waitsFor.length > 0) {
      const { cues, nearest = null } = forced.has(stage.name) ? { cues: FORCED } : explainMiss(reading, job);
      return { ...name, action: "depends", key: null, cues, nearest, outputs: null };
    }
    const { key, record, cues, nearest = null, steps } = lookUp(reading, job, forced.has(stage.name));
    if (record !== null) {
      done.set(stage.name, { job, record });
      const outputs = { outputs: record.outputs, each: record.each ?? {} };
      return { ...name, action: "hit", key, cues, nearest: nearestOf(key, record), outputs };
    }
    const action = steps.length > 0 ? "continue" : "run";
    const plan: StagePlan = { ...name, action, key, cues, nearest, outputs: null };
    if (stage.kind === "fold") {
      plan.steps = { name: stage.stepName, stored: Math.max(0, steps.length - 1), wanted: lastStepOf(job) };
    }
    return plan;
  });
}
