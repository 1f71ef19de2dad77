/** The plan: what a run would do, stage by stage, as plain data. Nothing is run or written to make it. */
import type { CodeReader } from "./code.ts";
import type { Cue } from "./cues.ts";
import type { Graph } from "./graph.ts";
import { lastStepOf, lookUp } from "./lookup.ts";
import { makeJob, type StageOutputs } from "./request.ts";
import { Store } from "./store.ts";
import { readingOnly } from "./store_io.ts";

/** What is to happen to a stage. */
export interface StagePlan {
  stage: string;
  /**
   * hit: the stored result is used. run: the stage runs. continue: a fold goes on after its stored steps.
   * depends: a stage before it runs first; it will run unless that one yields the bytes it yielded before.
   */
  action: "hit" | "run" | "continue" | "depends";
  key: string | null;
  cues: Cue[];
  /** For a fold: its steps, and how many of them are stored. */
  steps?: { name: string; stored: number; wanted: number };
  /** What the stage would put out, where that is known. */
  outputs: StageOutputs | null;
}

/** Plans a run. `params` holds each stage's params by its name, `forced` the stages that must run. */
export function makePlan(
  graph: Graph,
  params: Readonly<Record<string, unknown>>,
  store: Store,
  code: CodeReader,
  forced: ReadonlySet<string>,
): StagePlan[] {
  const reading = new Store(store.root, readingOnly(store.io));
  const done = new Map<string, StageOutputs>();
  return graph.map((stage) => {
    const job = makeJob(stage, params[stage.name], code.digest(stage.source), done);
    if (job === null) return { stage: stage.name, action: "depends", key: null, cues: [], outputs: null };
    const { key, record, cues, steps } = lookUp(reading, job, forced.has(stage.name));
    if (record !== null) {
      const outputs = { outputs: record.outputs, each: record.each ?? {} };
      done.set(stage.name, outputs);
      return { stage: stage.name, action: "hit", key, cues, outputs };
    }
    const plan: StagePlan = {
      stage: stage.name,
      action: steps.length > 0 ? "continue" : "run",
      key,
      cues,
      outputs: null,
    };
    if (stage.kind === "fold") {
      plan.steps = { name: stage.stepName, stored: Math.max(0, steps.length - 1), wanted: lastStepOf(reading, job) };
    }
    return plan;
  });
}
