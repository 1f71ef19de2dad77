/** Where folds that advance together end: after the last step of the one that leads them, or earlier if one says so. */
import { inputName, openStored, type WiredStage } from "../stage/stage_graph.ts";
import type { Fold, OutputSpecs } from "../stage/stage.ts";
import type { Job } from "../keys/request.ts";
import type { Address, Store } from "../store/store.ts";
import { lastStepOf, storedStep } from "./lookup.ts";

/** Says, after each step of a fold, whether no further one is needed. */
type Watch = (outputs: Readonly<Record<string, Address>>) => boolean;

/** True if one of these folds, which advance together, can end them: a follower whose leader has ended ends nothing. */
export function canEnd(group: readonly WiredStage[], params: Readonly<Record<string, unknown>>): boolean {
  return group[0].follows === null && group.some(({ stage }) => ruleOf(stage as Fold, params[stage.name]) !== null);
}

/** Watches the steps of a fold; null if it never ends any. It is told of each, step 0 first. */
export function watchOf({ stage, params }: Pick<Job, "stage" | "params">, store: Store): Watch | null {
  const rule = ruleOf(stage as Fold, params);
  if (rule === null) return null;
  const steps: Record<string, unknown>[] = [];
  return (outputs) => {
    steps.push(openStep(stage as Fold, outputs, store));
    return rule(steps);
  };
}

/** Notes that a fold ends after this step. */
export function endAt(job: Job, step: number): void {
  delete job.last;
  if (step < lastStepOf(job)) job.last = step;
}

/**
 * Finds out from stored steps where a fold ends, and notes it; `followers` advance with it. If that is only known when they
 * have run, returns the name of the first stage that lacks a step.
 */
export function findEnd(
  store: Store,
  leader: Job,
  followers: readonly Job[],
  forced: ReadonlySet<string>,
): string | null {
  delete leader.last;
  // Copies: the lists of their inputs grow step by step.
  const jobs = [leader, ...followers].map((job): Job => ({ ...job, inputs: { ...job.inputs, ...emptyLists(job) } }));
  const watches = jobs.map((job) => watchOf(job, store));
  for (let step = 0; step <= lastStepOf(leader); step++) {
    let isLast = false;
    for (const [i, job] of jobs.entries()) {
      const { name } = job.stage;
      const waits = job.waitsFor.some((stage) => jobs.every((other) => other.stage.name !== stage));
      const record = waits || forced.has(name) ? null : storedStep(store, job, step).record;
      if (record === null) return name;
      for (const other of jobs) passOn(record.outputs, name, other);
      isLast = watches[i]?.(record.outputs) || isLast;
    }
    if (!isLast) continue;
    endAt(leader, step);
    return null;
  }
  return null;
}

/** Adds the outputs of a step of the stage `from` to the lists of a job that follows it. */
export function passOn(outputs: Readonly<Record<string, Address>>, from: string, { wired, inputs }: Job): void {
  for (const input of wired.inputs) {
    if (!input.each || input.wires[0].stage !== from) continue;
    for (const { part, artifact } of input.wires) {
      (inputs[inputName(input, part)] as Address[]).push(outputs[artifact]);
    }
  }
}

/** A job's inputs that are lists, without entries. */
function emptyLists({ wired }: Job): Record<string, Address[]> {
  const lists = wired.inputs.filter(({ each }) => each);
  return Object.fromEntries(lists.flatMap((input) => input.wires.map(({ part }) => [inputName(input, part), []])));
}

function ruleOf(stage: Fold, params: unknown): ReturnType<NonNullable<Fold["ends"]>> {
  return stage.ends?.(params) ?? null;
}

function openStep(stage: Fold, outputs: Readonly<Record<string, Address>>, store: Store): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(stage.each as OutputSpecs).map(([name, output]) => [
      name,
      openStored(name, output, (artifact) => store.artifact(outputs[artifact])),
    ]),
  );
}
