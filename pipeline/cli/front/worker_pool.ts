/** The workers of a command: how each is started and sent its request, and how all of them are stopped. */
import type { Command, CommandLine } from "../command.ts";
import { moduleOf } from "../command_list.ts";
import { FAILED, printFailure } from "../failure.ts";
import { permissionFlags, type Permissions, union } from "../permissions.ts";
import type { FromWorker, ProgressReport, ToWorker } from "../protocol.ts";
import { dim, type Line, ownScreen, printError, red } from "../terminal.ts";
import type { LiveView } from "./live_view.ts";
import type { SeenFile } from "../../engine/keys/receipt.ts";
import { packageFailure } from "../package_failure.ts";
import type { Lock } from "../../experiment/lock_file.ts";
import type { ExperimentLocks } from "./experiment_locks.ts";
import type { ProgramCode } from "./program_code.ts";
import type { Stoppable } from "./stopping.ts";
import type { UserCode } from "./user_code.ts";
import { startWorker, type WorkerModules, type WorkerProcess } from "./worker_process.ts";

/** A message that is not only to be shown. */
export type Reply = Extract<
  FromWorker,
  | { variants: unknown }
  | { outcome: unknown }
  | { survey: unknown }
  | { network: unknown }
  | { tasks: unknown }
  | { trained: unknown }
>;

/** A worker of a command. */
export interface Worker {
  send(message: ToWorker): void;
  close(): void;
  /** Its next reply; null when it has ended. */
  reply(): Promise<Reply | null>;
  /** Its exit code, and whether it has announced it: otherwise it crashed, or was killed. */
  readonly ended: Promise<{ exitCode: number; isExpected: boolean }>;
}

/** What all workers of a command have in common. */
export interface Work {
  command: Command;
  line: CommandLine;
  /** Null for a command that needs no code. */
  code: ProgramCode | null;
  user: UserCode;
  readable: Record<string, string[]>;
  locks: ExperimentLocks;
  may: Permissions;
}

/** The workers of a command. */
export interface WorkerPool extends Stoppable {
  /** Starts a worker that may also reach these hosts. */
  start(hosts?: readonly string[]): Worker;
  /** Waits for the end of a worker and returns its exit code; reports an unexpected one. */
  finish(worker: Worker): Promise<number>;
  /** From now on, what a worker prints about a run is written in one piece when the run has ended. */
  gatherLines(): void;
  /** Shows how far all of the work is, beside what each worker does; null removes it. */
  show(report: ProgressReport | null): void;
  /** The files of the program; none for a command that needs no code. */
  programFiles(): SeenFile[];
  /** Whether its workers run nothing but Retrace's own code, so that what they ask for comes from the experiments. */
  readonly isOwnCode: boolean;
  /** Keeps what a worker has fetched. @throws ConfigError or ResultsError if it cannot be locked. */
  lock(found: Readonly<Record<string, Lock>>): Promise<void>;
  /** The steps that workers which have ended have stored. */
  steps(): number;
  /** Whether it has been stopped: by a signal, or because the code has changed. */
  stopped(): { exitCode: number } | null;
}

/** Makes the pool of a command. */
export function makeWorkerPool({ command, line, code, user, readable, locks, may }: Work, view: LiveView): WorkerPool {
  const processes = new Set<WorkerProcess>();
  /** Those that have been sent their request. */
  const begun = new Set<WorkerProcess>();
  let stopped: ReturnType<WorkerPool["stopped"]> = null;
  let gathersLines = false;
  let steps = 0;
  const written = new Set<string>();
  const write = (one: Line) => {
    if (one.once && written.has(one.text)) return;
    if (one.once) written.add(one.text);
    view.write(one);
  };
  const kill = () => processes.forEach((one) => one.kill());

  function start(hosts: readonly string[] = []): Worker {
    const permissions = union(may, { net: hosts });
    if (line.options.verbose) printError(dim(`worker: ${permissionFlags(permissions).join(" ")}`));
    const replies = mailbox<Reply>();
    let lines: Line[] = [];
    let isExpected = false;
    const handle = (message: FromWorker) => {
      if ("loaded" in message) begin();
      else if ("line" in message && (gathersLines || !begun.has(worker))) lines.push(message.line);
      else if ("line" in message) write(message.line);
      else if ("progress" in message) view.show(worker, message.progress);
      else if ("exit" in message) {
        isExpected = true;
        steps += message.steps;
      } else {
        flush();
        replies.put(message);
      }
    };
    const flush = () => {
      lines.forEach(write);
      lines = [];
    };
    const before = code?.statuses();
    const worker = startWorker({ ...modulesOf(command), uses: user.urls }, permissions, handle);
    const begin = () => {
      if (stopped !== null) return worker.kill();
      begun.add(worker);
      if (!gathersLines) flush();
      try {
        if (before !== undefined) code?.checkUnchanged(before);
      } catch (error) {
        stopped ??= { exitCode: printFailure(error) };
        return kill();
      }
      const [{ args, options }, { map = null, notes = [] }] = [line, code ?? {}];
      const screen = ownScreen();
      worker.send({
        command: command.name,
        args,
        options,
        screen,
        code: map,
        roots: user.roots,
        notes,
        readable,
        locks: locks.known(),
        permissions,
      });
    };
    processes.add(worker);
    const ended = worker.ended.then((exitCode) => {
      processes.delete(worker);
      view.show(worker, null);
      const failure = begun.has(worker) ? null : packageFailure(lines.map(({ text }) => text).join("\n"));
      if (failure === null) flush();
      else printFailure(failure);
      replies.put(null);
      return { exitCode, isExpected: isExpected || failure !== null };
    });
    return { send: worker.send, close: worker.close, reply: replies.take, ended };
  }

  return {
    start,
    async finish(worker) {
      const { exitCode, isExpected } = await worker.ended;
      if (isExpected || stopped !== null) return exitCode;
      printError(`${red("error:")} The process that does the work ended unexpectedly (exit code ${exitCode}).`);
      return FAILED;
    },
    gatherLines() {
      gathersLines = true;
      view.nameRuns();
    },
    show: (report) => view.show(processes, report),
    kill,
    stopped: () => stopped,
    steps: () => steps,
    isOwnCode: user.modules.length === 0,
    lock: locks.add,
    programFiles: () => code?.seenFiles() ?? [],
    stop(message, exitCode, afterStep) {
      stopped ??= { exitCode };
      // One that has not begun has nothing to lose.
      for (const one of processes) {
        if (begun.has(one)) one.send({ stop: { message, exitCode, afterStep } });
        else one.kill();
      }
    },
  };
}

/** The modules that a worker of a command loads. */
function modulesOf({ name, modules = [], isPlain }: Command): Omit<WorkerModules, "uses"> {
  return { modules: [moduleOf(name), ...modules], hasPipeline: !isPlain };
}

/** Messages in the order of their arrival; after null there are no more. */
function mailbox<T>() {
  const arrived: (T | null)[] = [];
  let waiting: ((message: T | null) => void) | null = null;
  return {
    put(message: T | null) {
      if (waiting === null || message === null) arrived.push(message);
      waiting?.(message);
      waiting = null;
    },
    take(): Promise<T | null> {
      if (arrived.length > 0) return Promise.resolve(arrived[0] === null ? null : arrived.shift()!);
      return new Promise((resolve) => waiting = resolve);
    },
  };
}
