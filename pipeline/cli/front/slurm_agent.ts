/**
 * An entry point: what the front may not do itself for Slurm. It starts Slurm's programs and writes notes below the folder
 * of results, and may do nothing else. Requests and replies are lines of JSON.
 */
import { dirname } from "node:path";
import { ProgramError, ResultsError } from "../../engine/run_errors.ts";
import { withLock } from "../../engine/store/lock.ts";
import { resultsTree } from "../../results/folder.ts";
import { writeWhole } from "../../results/whole_file.ts";
import { linesIn } from "../protocol.ts";
import { print } from "../terminal.ts";

/** The programs of Slurm that are started: to submit, to look and to requeue, and to look where there is accounting. */
export const SLURM_PROGRAMS = ["sbatch", "scontrol", "sacct"] as const;

/** What it is asked for. `lock`: to hold this lock until it is asked to unlock, or ends. */
export type AgentRequest =
  | { start: typeof SLURM_PROGRAMS[number]; args: readonly string[]; input: string }
  | { write: string; text: string; results: string }
  | { lock: string }
  | { unlock: true };

/** What it answers. */
export type AgentReply =
  | { code: number; stdout: string; stderr: string }
  | { isDone: true }
  /** What failed: a program, or else a file. */
  | { error: string; of: "program" | "file" };

let release = () => {};

async function answer(request: AgentRequest): Promise<AgentReply> {
  if ("start" in request) return await start(request.start, request.args, request.input);
  if ("write" in request) {
    writeWhole(request.write, new TextEncoder().encode(request.text), "a note", request.results);
  } else if ("lock" in request) {
    await lock(request.lock);
  } else {
    release();
  }
  return { isDone: true };
}

async function start(program: string, args: readonly string[], input: string): Promise<AgentReply> {
  try {
    const streams = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const child = new Deno.Command(program, { args: [...args], ...streams }).spawn();
    const output = child.output();
    const writer = child.stdin.getWriter();
    // A program that has ended reads nothing more; its output says why.
    await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
    const { code, stdout, stderr } = await output;
    const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, stdout: text, stderr: errors };
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const reason = isMissing ? "it is not in PATH" : (error as Error).message.split(/[.,] /)[0];
    throw new ProgramError(
      `Cannot start ${program}, a program of Slurm: ${reason}. Run this where jobs are submitted, a login node of the cluster.`,
    );
  }
}

/** Takes a lock, and holds it until it is released. */
async function lock(path: string): Promise<void> {
  const tree = resultsTree(path);
  tree.makeFolder(dirname(path));
  const [taken, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  release = released.resolve;
  const hold = () => {
    taken.resolve();
    return released.promise;
  };
  withLock(tree, path, () => {}, hold, { by: "submission to Slurm" }).catch(taken.reject);
  await taken.promise;
}

function failure(error: unknown): AgentReply {
  if (!(error instanceof ProgramError || error instanceof ResultsError)) throw error;
  return { error: error.message, of: error instanceof ProgramError ? "program" : "file" };
}

if (import.meta.main) {
  // The terminal sends Ctrl-C, and Slurm its signals, to all processes; the front decides what they mean.
  const signals = ["SIGINT", ...(Deno.build.os === "windows" ? [] : ["SIGTERM"])] as Deno.Signal[];
  for (const signal of signals) Deno.addSignalListener(signal, () => {});
  for await (const line of linesIn(Deno.stdin.readable)) {
    print(JSON.stringify(await answer(JSON.parse(line)).catch(failure)));
  }
  Deno.exit(0);
}
