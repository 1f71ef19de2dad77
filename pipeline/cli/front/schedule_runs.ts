/** Runs the variants of a command in workers: several at a time, each worker one after the other. */
import { basename } from "node:path";
import { kindOfInput, realPathOf } from "../../engine/files/entry.ts";
import { ConfigError } from "../../engine/run_errors.ts";
import type { CommandLine } from "../command.ts";
import { FAILED, printFailure } from "../failure.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import type { RunOutcome } from "../run_outcome.ts";
import type { SlurmChoices } from "../slurm_options.ts";
import { print, printError, red } from "../terminal.ts";
import { networkFor } from "./network_requests.ts";
import { openAnother, openFirst, type Opening } from "./open_workers.ts";
import type { Worker, WorkerPool } from "./worker_pool.ts";

type Rival = NonNullable<Opening["rivals"][number]>;

/** The options of `run` that decide it. */
interface Scheduling extends SlurmChoices {
  /** This many at a time. */
  jobs: number;
  /** When a run fails, start no other, and stop those in progress. */
  failFast: boolean;
  /** Show what would run, and run nothing. */
  dryRun: boolean;
  json: boolean;
  /** "HOST:PORT" of what may be reached although no experiment names it. */
  allowHost: readonly string[];
}

/** Runs all variants of a command, and returns the exit code. `hosts` are those that the experiments name, "HOST:PORT". */
export async function schedule(line: CommandLine, pool: WorkerPool, hosts: readonly string[]): Promise<number> {
  const { jobs, failFast, dryRun, json, allowHost } = line.options as unknown as Scheduling;
  const network = networkFor(pool, hosts, allowHost);
  const opened = await openFirst(pool, network, ({ rivals }) => refusalOf(rivals));
  if ("exitCode" in opened) return opened.exitCode;
  const { worker: first, opening } = opened;
  const { variants: names, rivals } = opening;
  const left = await remaining(line, pool, first, names).catch((error: Error) => ({ exitCode: printFailure(error) }));
  if ("exitCode" in left) {
    first.close();
    await first.ended;
    return left.exitCode;
  }
  if (dryRun) {
    first.send({ plan: true });
    return await pool.finish(first);
  }
  const outcomes: (RunOutcome | null)[] = names.map(() => null);
  if (jobs > 1 && left.runs.length > 1) pool.gatherLines();
  const { subject } = left;
  const queue = left.runs.filter((run) => !left.failures.has(run));
  const take = () => (pool.stopped() === null ? queue.shift() ?? null : null);

  function settle(run: number, outcome: RunOutcome): void {
    outcomes[run] = outcome;
    if (failFast && outcome.exitCode !== 0) pool.stop("Another run failed.", FAILED);
  }

  function fail(run: number, message: string): void {
    printError(`${red("error:")} ${names[run]}: ${message}`);
    if (json) print(JSON.stringify({ run: names[run], status: "failed", stage: null, error: message }));
    settle(run, { finished: null, exitCode: FAILED, isKnown: false });
  }

  const open = (hosts: readonly string[] = []) => openAnother(pool, opening, hosts);

  /** Does one run; returns the worker that the next can have. */
  async function runIn(worker: Worker, run: number, mayAsk = true): Promise<Worker | null> {
    worker.send({ run, keepsFile: isOther(rivals[run]), subject });
    const reply = await worker.reply();
    if (reply !== null && "outcome" in reply) {
      settle(run, reply.outcome);
      return worker;
    }
    if (reply !== null && "network" in reply && mayAsk) {
      const refusal = network.refusalOf(reply.network);
      if (refusal === null) {
        const other = await open(network.grant(reply.network));
        return other && await runIn(other, run, false);
      }
      fail(run, refusal.message);
    } else if (pool.stopped() === null) {
      const { exitCode } = await worker.ended;
      fail(run, `Its worker ended unexpectedly (exit code ${exitCode}).`);
    }
    return null;
  }

  const idle: Worker[] = [];
  async function runLoop(worker: Worker | null): Promise<void> {
    for (let run = take(); run !== null; run = take()) {
      worker ??= await open();
      if (worker === null) return;
      worker = await runIn(worker, run);
    }
    if (worker !== null) idle.push(worker);
  }

  for (const [run, message] of left.failures) fail(run, message);
  await Promise.all(
    Array.from({ length: Math.min(jobs, left.runs.length) }, (_, i) => runLoop(i === 0 ? first : null)),
  );
  const concluded = await conclude(idle, outcomes, pool, open);
  const stopped = pool.stopped();
  const unfinished = names.filter((_, i) => left.runs.includes(i) && outcomes[i]?.finished == null);
  if (stopped === null || unfinished.length === 0) {
    return Math.max(concluded, ...left.runs.map((run) => outcomes[run]?.exitCode ?? FAILED));
  }
  if (names.length > 1) printError(`Not finished: ${unfinished.join(", ")}.`);
  return stopped.exitCode;
}

/** What is to be run here. */
interface Left {
  runs: readonly number[];
  /** Those of them that Slurm has not done, and why. */
  failures: ReadonlyMap<number, string>;
  /** How the subject of the only one begins, if another process has chosen it. */
  subject?: string;
}

/** What is left to run here: everything, one run in a task of Slurm, or nothing, once Slurm does it. */
async function remaining(
  line: CommandLine,
  pool: WorkerPool,
  worker: Worker,
  names: readonly string[],
): Promise<Left | { exitCode: number }> {
  const { slurm, only } = line.options as unknown as Scheduling;
  const all = { runs: names.map((_, i) => i), failures: new Map() };
  if (!slurm && only === undefined) return all;
  const { runOnSlurm, variantOf } = await loadOnDemand<typeof import("./slurm_runs.ts")>("./front/slurm_runs.ts");
  if (only === undefined) return { ...all, ...await runOnSlurm(line, pool, worker, names) };
  const { index, subject } = variantOf(only);
  if (index in names) return { runs: [index], failures: all.failures, subject };
  throw new ConfigError("The experiment was edited after this was submitted: the run is not one of it any more.");
}

/** Whether the file that made the results is still there, and is another one. */
function isOther(rival: Rival | null): boolean {
  return rival !== null && kindOfInput(rival.other) === "file" && realPathOf(rival.other) !== realPathOf(rival.file);
}

/**
 * The refusal of runs that would replace the results of another experiment file; null if there are none. A file that does
 * not exist any more was moved or renamed, and what it made may be replaced as after an edit.
 */
function refusalOf(rivals: readonly (Rival | null)[]): ConfigError | null {
  const found = rivals.filter((rival) => rival !== null).filter((rival) => !rival.isSame && isOther(rival));
  if (found.length === 0) return null;
  const [{ folder, file, other }, ...more] = found;
  return new ConfigError(
    `${file} would replace the results of another experiment file, ${other}: both have the name of ${folder}` +
      `${more.length > 0 ? ` (and so for ${more.length} more runs)` : ""}. Give ${
        basename(file)
      } another "name", choose ` +
      `another folder with --results DIR, or, if those results are not needed any more, remove ${folder}.`,
  );
}

/** Lets one worker conclude the command, unless there is nothing to compare or to note. Returns its exit code. */
async function conclude(
  idle: readonly Worker[],
  outcomes: readonly (RunOutcome | null)[],
  pool: WorkerPool,
  open: () => Promise<Worker | null>,
): Promise<number> {
  const finished = outcomes.filter((outcome) => outcome?.finished != null);
  const isKnown = outcomes.every((one) => one?.isKnown);
  const isNeeded = finished.length > 1 || isKnown;
  idle.slice(isNeeded ? 1 : 0).forEach((one) => one.close());
  const worker = isNeeded ? idle[0] ?? (pool.stopped() === null ? await open() : null) : null;
  worker?.send({ end: outcomes, program: isKnown ? pool.programFiles() : [] });
  const exitCode = worker && pool.stopped() === null ? await pool.finish(worker) : 0;
  await Promise.all(idle.map((one) => one.ended));
  return exitCode;
}
