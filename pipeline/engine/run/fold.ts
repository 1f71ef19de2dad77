/** Runs a fold: goes on after the steps that are stored, and stores every step as soon as it is done. */
import { listsOf } from "./lookup.ts";
import { putAll } from "./outputs.ts";
import { writeRecord } from "../keys/record.ts";
import { type Job, stepRequestOf } from "../keys/request.ts";
import type { FoldStage, Resume, StageContext } from "../stage/stage.ts";
import type { Address, Store } from "../store/store.ts";

/** What a fold put out: its closing outputs, those of each step, and the time of each step done now. */
export interface FoldResult {
  outputs: Record<string, Address>;
  each: Record<string, Address[]>;
  stepSeconds: number[];
}

/**
 * Runs `stage` after the steps in `stored`. `confirm` is called before anything is stored; when it throws, nothing is.
 * `onStep` is told of every step that was stored.
 * @throws the signal's reason when it is aborted, after the step that is at work.
 * @throws TypeError when the stage makes more or fewer steps than it said: a mistake in the stage.
 */
export async function runFold(
  stage: FoldStage,
  job: Job,
  context: StageContext<unknown, Record<string, never>>,
  stored: readonly Record<string, Address>[],
  store: Store,
  confirm: () => void,
  onStep: (step: number, outputs: Readonly<Record<string, Address>>) => void,
): Promise<FoldResult> {
  const steps = [...stored];
  const lastStep = stage.lastStep(context.params, context.inputs);
  const stepSeconds: number[] = [];
  let started = performance.now();
  const generator = stage.run(context, resumeAfter(steps, store));
  try {
    for (;;) {
      const { done, value } = await generator.next();
      if (done !== (steps.length > lastStep)) throw wrongNumberOfSteps(stage, steps.length - (done ? 1 : 0), lastStep);
      confirm();
      if (done) {
        return {
          outputs: await putAll(stage.name, stage.outputs, value, store),
          each: listsOf(stage, steps),
          stepSeconds,
        };
      }
      const outputs = await putAll(`${stage.name} (${stage.stepName} ${steps.length})`, stage.each, value, store);
      const seconds = (performance.now() - started) / 1000;
      writeRecord(store, { request: stepRequestOf(job, steps.length), outputs, seconds });
      steps.push(outputs);
      onStep(steps.length - 1, outputs);
      stepSeconds.push(seconds);
      await context.pause();
      started = performance.now();
    }
  } finally {
    // When a step could not be stored, the stage still gets to free what it holds.
    await generator.return({});
  }
}

function resumeAfter(steps: readonly Record<string, Address>[], store: Store): Resume | null {
  if (steps.length === 0) return null;
  const last = steps[steps.length - 1];
  const outputs = Object.entries(last).map(([name, address]) => [name, store.artifact(address)]);
  return { step: steps.length - 1, outputs: Object.fromEntries(outputs) };
}

function wrongNumberOfSteps(stage: FoldStage, found: number, expected: number): TypeError {
  return new TypeError(
    `Stage ${stage.name} came to ${stage.stepName} ${found}, but it said that ${expected} would be its last.`,
  );
}
