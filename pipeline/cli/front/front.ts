/** Does what a command line requests: at once if possible, or else in a worker with the permissions that it needs. */
import { ConfigError } from "../../engine/run_errors.ts";
import type { Command, CommandLine } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { PACKAGES, permissionFlags, union } from "../permissions.ts";
import { dim, printError, redirect, writeLine, yellow } from "../terminal.ts";
import type { ExperimentLocks } from "./experiment_locks.ts";
import type { ExperimentReferences } from "./experiment_references.ts";
import { installPackages } from "./install_packages.ts";
import { makeLiveView } from "./live_view.ts";
import type { ProgramCode } from "./program_code.ts";
import { makeWorkerPool, type WorkerPool } from "./worker_pool.ts";
import { frontPermissions } from "./start_deno.ts";
import { stopOnSignals } from "./stopping.ts";
import type { UserCode } from "./user_code.ts";

const NO_REFERENCES: ExperimentReferences = { reads: [], hosts: [], readable: {}, links: [] };

const NO_LOCKS: ExperimentLocks = { known: () => ({}), add: () => Promise.resolve() };

const NO_USER_CODE: UserCode = { links: [], modules: [], urls: [], roots: [], warnings: [] };

/** Runs a command, and returns the exit code. @throws UsageError or ConfigError if it is not valid. */
export async function runCommand(command: Command, line: CommandLine): Promise<number> {
  const done = await command.fastPath?.(line) ?? null;
  if (done !== null) return done;
  const { options } = line;
  if (options.verbose) printError(dim(`front: ${permissionFlags(frontPermissions()).join(" ")}`));
  const loads = command.experiments !== undefined;
  const references = loads ? await referencesIn(command, line) : NO_REFERENCES;
  const locks = loads ? await locksOf(command, line) : NO_LOCKS;
  const user = await userCodeOf(command, line, references.links);
  for (const text of user.warnings) printError(yellow(text));
  await installPackages();
  const code = loads ? await codeOf(String(options.cache), user) : null;
  if (code !== null && code.inexact.length > 0 && !options.quiet && !options.json) {
    printError(dim(`note: not known to be reproducible on other machines: ${code.inexact.join("; ")}`));
  }
  const all = union(command.may(line), { read: [...PACKAGES, ...references.reads, ...code?.declared ?? []] });
  // What code of a user may reach is given to all workers; downloads ask for the hosts that they need.
  const net = user.modules.length > 0 ? (options.allowHost ?? []) as readonly string[] : [];
  const may = code === null ? all : { ...all, net, except: code.unreadable(all.read) };
  const view = makeLiveView(Boolean(options.quiet || options.json));
  const pool = makeWorkerPool({ command, line, code, user, readable: references.readable, locks, may }, view);
  // A task of Slurm is told some time before it is ended.
  const isTask = options.task !== undefined;
  using signals = stopOnSignals(pool, isTask);
  redirect(view.write);
  const schedule = await scheduleOf(command);
  const exitCode = await schedule(line, pool, references.hosts);
  view.close();
  redirect(writeLine);
  if (isTask && exitCode !== 0 && pool.stopped() !== null) {
    const { endTask } = await loadOnDemand<typeof import("./slurm_task_end.ts")>("./front/slurm_task_end.ts");
    return await endTask(line, pool.steps(), pool.stopped()!.exitCode);
  }
  const signal = signals.signal();
  if (signal === null) return pool.stopped()?.exitCode ?? exitCode;
  // Work can be done before it notices the signal, or end with it as a server does.
  if (exitCode === 0) return 0;
  const more = command.resumes ? " Everything finished is stored; run the same command again to continue." : "";
  printError(`Stopped by ${signal.name}.${more}`);
  return signal.exitCode;
}

async function referencesIn(command: Command, line: CommandLine): Promise<ExperimentReferences> {
  const { referencesOf } = await loadOnDemand<typeof import("./experiment_references.ts")>(
    "./front/experiment_references.ts",
  );
  const { set = [], data = [] } = line.options as { set?: readonly string[]; data?: readonly string[] };
  return referencesOf({ files: command.experiments!(line), set, data });
}

async function locksOf(command: Command, line: CommandLine): Promise<ExperimentLocks> {
  const { experimentLocks } = await loadOnDemand<typeof import("./experiment_locks.ts")>("./front/experiment_locks.ts");
  const { updateLock = false, dryRun = false } = line.options as { updateLock?: boolean; dryRun?: boolean };
  return experimentLocks(command.experiments!(line), updateLock && !dryRun);
}

/** The code that the experiments, or the finished runs, of a command use. @throws ConfigError if it cannot do with any. */
async function userCodeOf(command: Command, line: CommandLine, links: readonly string[]): Promise<UserCode> {
  const runs = command.runs?.(line);
  if (runs === undefined && links.length === 0) return NO_USER_CODE;
  const { modulesOfRuns, userCode } = await loadOnDemand<typeof import("./user_code.ts")>("./front/user_code.ts");
  if (runs !== undefined) return userCode(modulesOfRuns(runs.results, runs.names));
  // What may start Python must not run code of a user.
  if (!line.options.pytorch) return userCode(links);
  throw new ConfigError(
    "--pytorch compares with PyTorch what comes with Retrace, but the experiment uses definitions of its own.",
  );
}

async function codeOf(cache: string, user: UserCode): Promise<ProgramCode> {
  const { programCode } = await loadOnDemand<typeof import("./program_code.ts")>("./front/program_code.ts");
  return programCode(cache, user);
}

/** Does a command in workers, and returns the exit code. `hosts` are those that the experiments name. */
type Schedule = (line: CommandLine, pool: WorkerPool, hosts: readonly string[]) => Promise<number>;

async function scheduleOf({ scheduler }: Command): Promise<Schedule> {
  if (scheduler === undefined) return (_line, pool) => pool.finish(pool.start());
  return (await loadOnDemand<{ schedule: Schedule }>(scheduler)).schedule;
}
