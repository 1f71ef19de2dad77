/** Real processes of the command line, as a user starts them. */
import { join } from "node:path";

/** Where and how a process runs; whatever is left out is as in the test's own process. */
export interface Surroundings {
  /** The project's folder; by default this project's. */
  project?: string;
  /** The current folder. */
  cwd?: string;
  /** Environment variables that are added or replaced. */
  env?: Record<string, string>;
}

const PROJECT = join(import.meta.dirname!, "../../..");

/** Starts `run` on an experiment file with results and cache in the folders given. */
export function startRun(
  config: string,
  folders: { results: string; cache: string },
  { project = PROJECT, cwd, env }: Surroundings = {},
): Deno.ChildProcess {
  const permissions = ["--no-prompt", "--allow-read", "--allow-run=deno"];
  const main = join(project, "pipeline/cli/front/main.ts");
  const options = ["--results", folders.results, "--cache", folders.cache];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...permissions, main, "run", config, ...options],
    cwd: cwd ?? project,
    env: { ...env, NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/**
 * Runs an experiment to its end.
 * @throws Error with what the process complained of when it failed.
 */
export async function runToEnd(...args: Parameters<typeof startRun>): Promise<void> {
  const { success, stderr } = await startRun(...args).output();
  if (!success) throw new Error(`The run failed: ${new TextDecoder().decode(stderr)}`);
}

/** Kills a front like `kill -9`, and before it its workers, which do the work. */
export function killWithWorkers(pid: number): void {
  for (const one of [...childrenOf(pid), pid]) {
    try {
      Deno.kill(one, "SIGKILL");
    } catch {
      // It has just ended.
    }
  }
}

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  const { stdout } = new Deno.Command("pgrep", { args: ["-P", String(pid)], stderr: "null" }).outputSync();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean).map(Number);
}
