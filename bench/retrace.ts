/** Retrace's own command line, as `deno task run` has it: with the permissions that deno.json gives. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandLine } from "./process.ts";

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL("../", import.meta.url));

/** The experiment of most figures. */
export const TWO_LAYER = join(PROJECT, "experiments", "two-layer.json");

/** `run` with these arguments, results and cache in `folder`: the process that `deno task run` starts. */
export function runCommand(folder: string, ...args: string[]): CommandLine {
  return denoCommand("pipeline/cli/main.ts", ["run", ...args, ...placesIn(folder)]);
}

/** The same through `deno task`, as people type it. */
export function taskCommand(folder: string, ...args: string[]): CommandLine {
  return { program: "deno", args: ["task", "--quiet", "run", ...args, ...placesIn(folder)], cwd: PROJECT };
}

/** A script of the project with the permissions of `deno task run`. */
export function denoCommand(script: string, args: readonly string[]): CommandLine {
  return { program: "deno", args: ["run", "--quiet", ...permissions(), script, ...args], cwd: PROJECT };
}

function permissions(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json")));
  return (tasks.run.command as string).split(" ").filter((word) => word.startsWith("--allow-"));
}

function placesIn(folder: string): string[] {
  return ["--quiet", "--results", join(folder, "results"), "--cache", join(folder, "cache")];
}
