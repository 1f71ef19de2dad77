/** Makes a folder in a worker; and its schema once more, in a worker with the definitions of the experiment that is new. */
import type { CommandLine } from "../command.ts";
import { loadCommand } from "../command_list.ts";
import { runCommand } from "./front.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** Does `init`, and returns the exit code. */
export async function schedule(line: CommandLine, pool: WorkerPool): Promise<number> {
  const command = await loadCommand("init");
  const files = () => command.experiments!(line).join("\n");
  const before = files();
  const exitCode = await pool.finish(pool.start());
  if (exitCode !== 0 || files() === before) return exitCode;
  return await runCommand(command, { ...line, options: { ...line.options, quiet: true } });
}
