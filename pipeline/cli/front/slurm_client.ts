/** Asks Slurm, through a process that may start its programs. */
import { resolve } from "node:path";
import { ProgramError, ResultsError } from "../../engine/run_errors.ts";
import { moduleFile } from "../load_on_demand.ts";
import type { Permissions } from "../permissions.ts";
import { linesIn } from "../protocol.ts";
import { printError } from "../terminal.ts";
import { type AgentReply, type AgentRequest, SLURM_PROGRAMS } from "./slurm_agent.ts";
import { startDeno } from "./start_deno.ts";

/** What one of Slurm's programs has printed. */
export interface SlurmAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Slurm, as its programs show it. Ends its process when it is disposed of. */
export interface Slurm extends Disposable {
  /** Runs a program, whatever its exit code. @throws ProgramError if it cannot be started. */
  run(program: typeof SLURM_PROGRAMS[number], args: readonly string[], input?: string): Promise<SlurmAnswer>;
  /** Writes a file below the folder of results. @throws ResultsError if it cannot be written. */
  write(path: string, text: string): Promise<void>;
  /** Does `work` while no other process that submits work with notes in `folder` does. */
  locked<T>(folder: string, work: () => Promise<T>): Promise<T>;
}

/** What the process that asks Slurm may do: not even read this program, nor start a shell. */
export function slurmPermissions(results: string): Permissions {
  return { read: [results], write: [results], run: [...SLURM_PROGRAMS], sys: ["hostname"] };
}

/** Opens Slurm for work whose results are below this folder. */
export function openSlurm(results: string): Slurm {
  const child = startDeno(new URL(moduleFile("./slurm_agent.ts"), import.meta.url).href, slurmPermissions(results));
  const input = child.stdin.getWriter();
  const replies = linesIn(child.stdout);
  showErrors(child.stderr);
  let last: Promise<unknown> = Promise.resolve();

  async function ask(request: AgentRequest): Promise<AgentReply> {
    await input.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    const { value, done } = await replies.next();
    if (done) throw new ProgramError("The process that asks Slurm ended unexpectedly.");
    const reply: AgentReply = JSON.parse(value);
    if (!("error" in reply)) return reply;
    throw reply.of === "file" ? new ResultsError(reply.error) : new ProgramError(reply.error);
  }

  /** One request after the other: replies come in their order. */
  function inTurn(request: AgentRequest): Promise<AgentReply> {
    const reply = last.then(() => ask(request));
    last = reply.catch(() => {});
    return reply;
  }

  return {
    run: async (start, args, input = "") => await inTurn({ start, args, input }) as SlurmAnswer,
    write: async (path, text) => void await inTurn({ write: path, text, results: resolve(results) }),
    async locked(folder, work) {
      await inTurn({ lock: resolve(folder, "lock") });
      try {
        return await work();
      } finally {
        await inTurn({ unlock: true });
      }
    },
    [Symbol.dispose]: () => void input.close().catch(() => {}),
  };
}

async function showErrors(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  for await (const line of linesIn(stream)) printError(line);
}

/** The message of a program that has refused, for a sentence. */
export function reasonIn({ stderr, stdout, code }: SlurmAnswer): string {
  const text = stderr.trim() || stdout.trim() || `exit code ${code}`;
  return text.replaceAll(/^(sbatch|scontrol|sacct): (error: )?/gm, "").replaceAll("\n", "; ").replace(/\.$/, "");
}
