/** Shows a sweep: a worker says what is stored; of what was left to Slurm, its programs say how it is. */
import { ProgramError } from "../../engine/run_errors.ts";
import type { CommandLine } from "../command.ts";
import { dim, printError } from "../terminal.ts";
import { printRung } from "./slurm_rungs.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** Shows the sweep of a command, and returns the exit code. */
export async function schedule(line: CommandLine, pool: WorkerPool): Promise<number> {
  const worker = pool.start();
  const [opening, next] = [await worker.reply(), await worker.reply()];
  const exitCode = await pool.finish(worker);
  if (opening === null || !("variants" in opening) || next === null || !("tasks" in next)) return exitCode;
  const { variants: [name, identity] } = opening;
  try {
    await printRung(line, { name, identity }, next.tasks);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    printError(dim(`note: ${error.message}`));
  }
  return exitCode;
}
