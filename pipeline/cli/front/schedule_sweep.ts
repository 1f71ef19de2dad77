/**
 * Does a sweep in workers that stay: the first one plans; all of them train the trials of a rung, each one after the other;
 * then the next rung is planned, until nothing is left. The first one concludes.
 */
import { ConfigError } from "../../engine/run_errors.ts";
import type { SweepTask } from "../../sweeps/plan_sweep.ts";
import type { CommandLine } from "../command.ts";
import { FAILED, printFailure } from "../failure.ts";
import type { SlurmChoices } from "../slurm_options.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { printError, red } from "../terminal.ts";
import { taskOf } from "./slurm_rungs.ts";
import { networkFor } from "./network_requests.ts";
import { openAnother, openFirst } from "./open_workers.ts";
import type { Worker, WorkerPool } from "./worker_pool.ts";

/** A trial that was trained this often, and is planned again, is given up. The first time, its note can have been lost. */
const MAX_TRIES = 3;

/** The options of `sweep` that decide it. */
interface Scheduling extends SlurmChoices {
  /** This many trials at a time. */
  jobs: number;
  allowHost: readonly string[];
  /** Train nothing. */
  dryRun: boolean;
}

/** Does the sweep of a command, and returns the exit code. `hosts` are those that the experiment names, "HOST:PORT". */
export async function schedule(line: CommandLine, pool: WorkerPool, hosts: readonly string[]): Promise<number> {
  const { jobs, allowHost, dryRun, slurm, only } = line.options as unknown as Scheduling;
  if (dryRun) return await pool.finish(pool.start());
  const network = networkFor(pool, hosts, allowHost);
  let granted: string[] = [];
  // All workers may reach what the first one needs.
  const grant = (wanted: readonly string[]) => granted = network.grant(wanted);
  const first = await openFirst(pool, { ...network, grant });
  if ("exitCode" in first) return first.exitCode;
  const { opening } = first;
  const [name, identity] = opening.variants;
  let planner = first.worker;
  const failed = new Map<number, string>();
  const tries = new Map<string, number>();
  const others: Worker[] = [];
  if (jobs > 1) pool.gatherLines();
  if (only !== undefined) return await trainOne(planner, pool, taskOf(only, identity));

  function fail(trial: number, reason: string): void {
    failed.set(trial, reason);
    printError(`${red("error:")} trial ${trial}: ${reason}.`);
  }

  const open = () => openAnother(pool, opening, granted);

  /** Trains one trial after the other. A worker that ends takes its trial with it, and is replaced. */
  async function train(worker: Worker | null, take: () => SweepTask | null, onEnd: () => void): Promise<Worker | null> {
    for (let task = take(); task !== null; task = take()) {
      worker ??= await open();
      if (worker === null) return null;
      worker.send({ task });
      const reply = await worker.reply();
      onEnd();
      if (reply !== null && "trained" in reply) {
        if (reply.trained !== null) failed.set(task.trial, reply.trained);
        const name = JSON.stringify(task);
        tries.set(name, (tries.get(name) ?? 0) + 1);
        continue;
      }
      if (pool.stopped() !== null) return null;
      const { exitCode } = await worker.ended;
      fail(task.trial, `its worker ended unexpectedly (exit code ${exitCode})`);
      if (worker !== planner) worker = null;
      else if ((worker = await open()) === null) return null;
      else {
        planner = worker;
        await plan(true);
      }
    }
    return worker;
  }

  /** What to train next; `isRepeated`: a planner that has ended has said it before. */
  async function plan(isRepeated = false): Promise<readonly SweepTask[] | null> {
    planner.send({ planSweep: { failed: [...failed], isRepeated } });
    const reply = await planner.reply();
    return reply !== null && "tasks" in reply ? reply.tasks : null;
  }

  for (;;) {
    const tasks = await plan();
    if (tasks === null) return await pool.finish(planner);
    if (tasks.length === 0) break;
    const lost = tasks.filter((task) => (tries.get(JSON.stringify(task)) ?? 0) >= MAX_TRIES);
    for (const trial of new Set(lost.map((task) => task.trial))) {
      fail(trial, "its figures cannot be noted in the cache, or code was edited meanwhile");
    }
    if (lost.length > 0) continue;
    if (slurm) {
      const { rungOnSlurm } = await loadOnDemand<typeof import("./slurm_rungs.ts")>("./front/slurm_rungs.ts");
      const rung = await rungOnSlurm(line, pool, { name, identity, plan }, tasks).catch(printFailure);
      if (typeof rung !== "number") {
        for (const [trial, reason] of rung) failed.set(trial, reason);
        continue;
      }
      planner.close();
      await planner.ended;
      return rung;
    }
    const { length } = tasks;
    let [next, done] = [0, 0];
    const show = () => {
      const note = `${done} of ${length}`;
      const report = { run: "sweep", stage: "trials", done, total: length, unit: "steps", note } as const;
      pool.show(done++ === length ? null : report);
    };
    show();
    const take = () => (next < tasks.length && pool.stopped() === null ? tasks[next++] : null);
    const crew = Array.from(
      { length: Math.min(jobs, tasks.length) },
      (_, i) => i === 0 ? planner : others.shift() ?? null,
    );
    const left = await Promise.all(crew.map((worker) => train(worker, take, show)));
    others.push(...left.slice(1).filter((worker) => worker !== null));
    const stopped = pool.stopped();
    if (stopped !== null) return stopped.exitCode;
    if (left[0] === null) return FAILED;
  }
  others.forEach((worker) => worker.close());
  planner.send({ concludeSweep: failed.size === 0 ? pool.programFiles() : [] });
  const exitCode = await pool.finish(planner);
  await Promise.all(others.map(({ ended }) => ended));
  return exitCode;
}

/** Trains a trial in a task of Slurm, and returns the exit code. */
async function trainOne(worker: Worker, pool: WorkerPool, task: SweepTask | null): Promise<number> {
  if (task !== null) worker.send({ task });
  const reply = task === null ? null : await worker.reply();
  worker.close();
  if (task === null) {
    await worker.ended;
    return printFailure(new ConfigError("The sweep was edited after this was submitted. Submit it again."));
  }
  if (reply === null || !("trained" in reply)) return Math.max(FAILED, await pool.finish(worker));
  await worker.ended;
  return reply.trained === null ? 0 : FAILED;
}
