/** The plan: what a run would do, stage by stage, as plain data. Planning runs and writes nothing. */
import type { CodeReader } from "../keys/code.ts";
import type { StageRecord } from "../keys/record.ts";
import { type Job, makeJob, type RunParts } from "../keys/request.ts";
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

/** Plans a run; the stages in `forced` must run. */
export function makePlan(run: RunParts, store: Store, code: CodeReader, forced: ReadonlySet<string>): StagePlan[] {
  const reading = new Store(store.root, readingOnly(store.io));
  const done = new Map<string, { job: Job; record: StageRecord }>();
  return run.graph.map((wired): StagePlan => {
    const job = makeJob(run, wired, code, done);
    const { stage, waitsFor } = job;
    const base = { stage: stage.name, key: null, nearest: null, waitsFor, outputs: null };
    const isForced = forced.has(stage.name);
    if (waitsFor.length > 0) return { ...base, action: "depends", ...reasonsOf(reading, job, isForced) };
    const { record, steps, ...found } = lookUp(reading, job, isForced);
    if (record !== null) {
      done.set(stage.name, { job, record });
      const outputs = { outputs: record.outputs, each: record.each ?? {} };
      return { ...base, action: "hit", ...found, nearest: nearestOf(found.key, record), outputs };
    }
    const plan: StagePlan = { ...base, action: steps.length > 0 ? "continue" : "run", ...found };
    if (stage.kind === "fold") {
      plan.steps = { name: stage.stepName, stored: Math.max(0, steps.length - 1), wanted: lastStepOf(job) };
    }
    return plan;
  });
}
