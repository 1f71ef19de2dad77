/** Other programs: runs them, times them, reads their output. */
import { UnfinishedError } from "./errors.ts";

/** A command line, with its folder and environment. */
export interface CommandLine {
  program: string;
  args: readonly string[];
  cwd?: string;
  env?: Record<string, string>;
  /** The process sees no variable but those in `env`. */
  clearEnv?: boolean;
}

/** How long a process took from its start to its end, and what it wrote to standard output. */
export interface Ended {
  seconds: number;
  stdout: string;
}

/** Runs a command to its end. @throws UnfinishedError, with the command and its output, if it fails. */
export function runToEnd({ program, args, ...options }: CommandLine): Ended {
  const started = performance.now();
  const ended = new Deno.Command(program, { args: [...args], ...options, stdin: "null" }).outputSync();
  const seconds = (performance.now() - started) / 1000;
  const stdout = new TextDecoder().decode(ended.stdout);
  if (ended.success) return { seconds, stdout };
  const said = (stdout + new TextDecoder().decode(ended.stderr)).trim();
  throw new UnfinishedError(`${[program, ...args].join(" ")} ended with exit code ${ended.code}:\n${said}`);
}

/** Runs commands at the same time, and returns the seconds until the last one has ended. */
export async function secondsTogether(commands: readonly CommandLine[]): Promise<number> {
  const started = performance.now();
  const ends = await Promise.all(
    commands.map(({ program, args, ...options }) =>
      new Deno.Command(program, { args: [...args], ...options, stdin: "null", stdout: "null" }).output()
    ),
  );
  const failed = ends.findIndex(({ success }) => !success);
  if (failed >= 0) {
    throw new UnfinishedError(`${commands[failed].args.join(" ")} failed while another one was running.`);
  }
  return (performance.now() - started) / 1000;
}

/** The output of a command; null if it cannot be run or fails. */
export function outputOf(program: string, args: readonly string[]): string | null {
  try {
    const { success, stdout } = new Deno.Command(program, { args: [...args], stderr: "null" }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}
