/** The trials of a sweep on Slurm: an array for each rung. The job that follows it plans the next one. */
import { join } from "node:path";
import { namesIn, SWEEP_SUFFIX } from "../../results/folder.ts";
import type { SweepTask } from "../../sweeps/plan_sweep.ts";
import type { CommandLine } from "../command.ts";
import { loadCommand } from "../command_list.ts";
import type { SlurmChoices } from "../slurm_options.ts";
import { openSlurm } from "./slurm_client.ts";
import { leftAlone, submitMissing, untilEnded } from "./slurm_executor.ts";
import { failureOf, lookAt, type SlurmWork } from "./slurm_items.ts";
import { printStatuses } from "./slurm_text.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** Of what identifies a sweep, as much as tells it from any other. */
const IDENTITY_CHARACTERS = 16;

/** The item of a task, for `--only`, in the sweep with this identity. */
export function itemOf({ trial, seed, epochs }: SweepTask, identity: string): string {
  return [trial, seed, epochs ?? "all", identity.slice(0, IDENTITY_CHARACTERS)].join(":");
}

/** The task of an item; null if it is of another sweep. */
export function taskOf(item: string, identity: string): SweepTask | null {
  const [trial, seed, epochs] = item.split(":");
  const task = { trial: Number(trial), seed: Number(seed), epochs: epochs === "all" ? null : Number(epochs) };
  return itemOf(task, identity) === item ? task : null;
}

/** A sweep that was opened. */
export interface SlurmSweep {
  name: string;
  identity: string;
  /** What is to be trained next, as it is known now, without the trials that failed; null if the work was stopped. */
  plan(): Promise<readonly SweepTask[] | null>;
}

/** Prints how the tasks of a rung are with Slurm; nothing if none was ever submitted. @throws ProgramError */
export async function printRung(
  line: CommandLine,
  { name, identity }: Pick<SlurmSweep, "name" | "identity">,
  tasks: readonly SweepTask[],
): Promise<void> {
  const { results, json } = line.options as { results: string; json: boolean };
  const work = await workOf(line, { name, identity, plan: () => Promise.resolve(tasks) }, tasks);
  if (tasks.length === 0 || namesIn(work.folder).length === 0) return;
  using slurm = openSlurm(results);
  printStatuses(await lookAt(slurm, work), json);
}

/**
 * Leaves a rung to Slurm. Returns an exit code if the command has nothing more to do; or the trials that have failed, and
 * why, after which the next rung is to be planned.
 * @throws ProgramError if Slurm is not there, or refuses.
 */
export async function rungOnSlurm(
  line: CommandLine,
  pool: WorkerPool,
  sweep: SlurmSweep,
  tasks: readonly SweepTask[],
): Promise<number | ReadonlyMap<number, string>> {
  const { results, wait, conclude } = line.options as unknown as SlurmChoices & { results: string };
  const work = await workOf(line, sweep, tasks);
  using slurm = openSlurm(results);
  let all = conclude ? await untilEnded(slurm, work, pool, await lookAt(slurm, work), false) : null;
  if (all === null || all.every(({ state }) => state !== "failed" && state !== "done")) {
    all = await submitMissing(slurm, work);
    if (!wait) return 0;
    all = await untilEnded(slurm, work, pool, all);
  }
  const stopped = pool.stopped();
  if (stopped !== null) return leftAlone(all, stopped.exitCode);
  return new Map(all.flatMap((one, i) => one.state === "failed" ? [[tasks[i].trial, failureOf(one)]] : []));
}

/** The work of a rung: an item for each task. */
async function workOf(
  line: CommandLine,
  { name: runName, identity, plan }: SlurmSweep,
  tasks: readonly SweepTask[],
): Promise<SlurmWork> {
  const { results } = line.options as { results: string };
  const { name, options } = await loadCommand("sweep");
  const items = tasks.map((task) => ({
    id: itemOf(task, identity),
    label: `trial ${task.trial}, seed ${task.seed}`,
    stored: { isDone: false, steps: null },
  }));
  return {
    ...{ name, options, line, items, folder: join(results, runName + SWEEP_SUFFIX, "slurm") },
    async survey(indices) {
      const open = (await plan())?.map((task) => itemOf(task, identity));
      return open === undefined ? null : indices.map((i) => ({ isDone: !open.includes(items[i].id), steps: null }));
    },
  };
}
