/** Retrace's own command line, as `deno task run` starts it. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandLine } from "./process.ts";

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL("../", import.meta.url));

/** The experiment of most figures. */
export const TWO_LAYER = join(PROJECT, "experiments", "two-layer.json");

/** `run` with these arguments, results and cache in `folder`: the front that `deno task run` starts. */
export function runCommand(folder: string, ...args: string[]): CommandLine {
  return commandOf(folder, "run", ...args);
}

/** A command that has results and a cache, in `folder`. */
export function commandOf(folder: string, name: string, ...args: string[]): CommandLine {
  return front(name, ...args, ...placesIn(folder));
}

/** `cache NAME` with these arguments, on the same cache. */
export function cacheCommand(folder: string, name: string, ...args: string[]): CommandLine {
  const results = name === "gc" ? ["--results", join(folder, "results")] : [];
  return front("cache", name, ...args, ...results, "--cache", join(folder, "cache"));
}

function front(...args: string[]): CommandLine {
  const flags = ["--quiet", "--allow-read", "--allow-run=deno"];
  return { program: "deno", args: ["run", ...flags, "pipeline/cli/front/main.ts", ...args], cwd: PROJECT };
}

/** The same through `deno task`, as people type it. */
export function taskCommand(folder: string, ...args: string[]): CommandLine {
  return { program: "deno", args: ["task", "--quiet", "run", ...args, ...placesIn(folder)], cwd: PROJECT };
}

function placesIn(folder: string): string[] {
  return ["--quiet", "--results", join(folder, "results"), "--cache", join(folder, "cache")];
}
