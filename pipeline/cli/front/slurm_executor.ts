/** Leaves items of work to Slurm: submits those that it has not got yet, and waits for their end. */
import { join } from "node:path";
import { ProgramError } from "../../engine/run_errors.ts";
import { dim, print, printError, yellow } from "../terminal.ts";
import type { Slurm } from "./slurm_client.ts";
import { isMissing, type ItemStatus, lookAt, type SlurmWork } from "./slurm_items.ts";
import { submit } from "./slurm_submissions.ts";
import { countsText, printStatuses, printSubmission, statusLine } from "./slurm_text.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** Milliseconds between two looks: few at first, so that short tasks are noticed, then more, to spare the controller. */
const [FIRST_PAUSE, LAST_PAUSE] = [500, 15_000];
/** Milliseconds after which a file that another machine has written shows on any network file system. */
const VISIBLE_AFTER = 90_000;
const POLL = 100;

/**
 * Submits the items that are neither done nor with Slurm, those that have failed included, and prints how all are.
 * @throws ProgramError if Slurm refuses, or its controller does not answer.
 */
export async function submitMissing(slurm: Slurm, work: SlurmWork): Promise<ItemStatus[]> {
  const { json, quiet } = work.line.options as { json?: boolean; quiet?: boolean };
  return await slurm.locked(work.folder, async () => {
    const all = await lookAt(slurm, work);
    if (!quiet && all.some(({ submitted }) => submitted !== null)) printStatuses(all, Boolean(json));
    const missing = work.items.filter((_, i) => ["new", "failed"].includes(all[i].state));
    const active = all.flatMap(({ submitted }) => submitted?.isActive ? [submitted] : []);
    if (missing.length === 0 && active.every(({ isFollowed }) => isFollowed)) return all;
    const jobs = active.map(({ id }) => id.split("_")[0]);
    const submission = await submit(slurm, work, missing.map(({ id }) => id), jobs);
    if (json) print(JSON.stringify({ submitted: submission }));
    else if (!quiet) printSubmission(submission, join(work.folder, submission.name));
    return await lookAt(slurm, work, all);
  });
}

/**
 * Waits until all items are done or have failed, and shows how they are; without `waits`, only until what has ended well is
 * seen to be done. Returns early when the work is stopped; the jobs go on. A controller that does not answer is waited for.
 */
export async function untilEnded(
  slurm: Slurm,
  work: SlurmWork,
  pool: WorkerPool,
  first: ItemStatus[],
  waits = true,
): Promise<ItemStatus[]> {
  const { quiet } = work.line.options as { quiet?: boolean };
  let all = first;
  const ended = new Map<number, number>();
  for (let pause = FIRST_PAUSE;; pause = Math.min(LAST_PAUSE, pause * 1.5)) {
    all.forEach((one, i) => isMissing(one) ? ended.getOrInsert(i, performance.now()) : ended.delete(i));
    const isOpen = (one: ItemStatus, i: number) =>
      (waits && one.submitted?.isActive) || performance.now() - (ended.get(i) ?? -Infinity) < VISIBLE_AFTER;
    if (!all.some(isOpen) || pool.stopped() !== null) break;
    const done = all.filter(({ isDone }) => isDone).length;
    pool.show({ run: "Slurm", stage: "tasks", done, total: all.length, unit: "steps", note: countsText(all) });
    await sleep(pause, pool);
    const next = await lookAt(slurm, work, all).catch((error: unknown) => {
      if (!(error instanceof ProgramError)) throw error;
      printError(`${yellow("warning:")} ${error.message} Asking again.`);
      return all;
    });
    const changed = next.filter(({ state }, i) => state !== all[i].state);
    if (!quiet) { for (const one of changed) printError(dim(statusLine(one))); }
    if (changed.length > 0) pause = FIRST_PAUSE;
    all = next;
  }
  pool.show(null);
  return all;
}

/** Says that the jobs are left alone, because the work was stopped; returns the exit code. */
export function leftAlone(all: readonly ItemStatus[], exitCode: number): number {
  const jobs = all.flatMap(({ submitted }) => submitted?.isActive ? [submitted.id.split("_")[0]] : []);
  printError(`The jobs are left alone; scancel ends them: scancel ${[...new Set(jobs)].join(" ")}`);
  return exitCode;
}

/** Resolves after some time, or soon when the work is stopped. */
async function sleep(milliseconds: number, pool: WorkerPool): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end && pool.stopped() === null;) {
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}
