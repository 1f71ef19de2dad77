/** Runs the real command line in processes of its own, as the tasks in deno.json start it. */
import { assertEquals } from "@std/assert";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));

/** How a process ended and what it wrote. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `deno task NAME ARG…` as deno.json has it: `retrace("run", config, "--quiet")`. No args: no command at all. */
export async function retrace(...args: string[]): Promise<Outcome> {
  return await outcomeOf(commandOf(args));
}

/** The command line of a task, its options for Deno included. A command that is no task gets the options of `run`. */
export function commandOf([name, ...args]: readonly string[]): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json")));
  const words: string[] = (tasks[name] ?? tasks.run).command.split(" ");
  const flags = words.slice(2, -2);
  // --quiet: on a fresh machine Deno itself would report its downloads.
  const program = [Deno.execPath(), "run", "--quiet", ...flags, "pipeline/cli/front/main.ts"];
  return [...program, ...(name === undefined ? [] : [name]), ...args];
}

/** The command line of a task as it can be typed in another folder. */
export function commandElsewhere(args: readonly string[]): string[] {
  const front = "pipeline/cli/front/main.ts";
  return commandOf(args).map((word) => word === front ? join(PROJECT, front) : word);
}

/** Runs a command line, by default in the project's folder, without a terminal, and waits for its end. */
export async function outcomeOf(
  [program, ...args]: readonly string[],
  env: Record<string, string> = {},
  cwd: string = PROJECT,
): Promise<Outcome> {
  const command = new Deno.Command(program, {
    args,
    cwd,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** What a run reports every few seconds: "two-layer: train  40 %  epoch 16 of 40". A fast one never does. */
const PROGRESS = /^.*: (download|tensorize|normalize|batch|train|validate|results)( {2}.*)?\n/gm;

/** Fails if the process did not succeed; shows its standard error. */
export function mustBeDone({ code, stderr }: Outcome): void {
  assertEquals({ code, stderr: stderr.replace(PROGRESS, "") }, { code: 0, stderr: "" });
}

/** The digest of every file under a folder by its path there; a folder that is not there has none. */
export function filesUnder(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const path of walk(folder)) files[relative(folder, path)] = digestOfBytes(Deno.readFileSync(path));
  return files;
}

function walk(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
      isDirectory ? walk(join(folder, name)) : [join(folder, name)]
    ).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
