/** The commands of the command line. */
import type { Command } from "./command.ts";
import { IS_PACKAGE, loadOnDemand, type ModulePath } from "./load_on_demand.ts";

/** For work on Retrace itself, in build/: the npm package does not have them. */
export const DEVELOPMENT: readonly string[] = ["check", "build"];

/** All commands, in the order of the help. `cache list` is defined in commands/cache_list.ts. */
export const COMMANDS: readonly string[] = [
  "init",
  "run",
  "sweep",
  "sweep status",
  "compare",
  "report",
  "ui",
  "explain",
  "predict",
  "evaluate",
  "export",
  "graph",
  "cache list",
  "cache verify",
  "cache gc",
  "reproduce",
  ...(IS_PACKAGE ? [] : DEVELOPMENT),
];

/** What the commands of a group do; a group shares a task. */
export const GROUPS: Readonly<Record<string, string>> = {
  sweep: "Search the params of an experiment",
  cache: "List, verify or clean up stored results",
};

/** The module that defines a command. */
export function moduleOf(name: string): ModulePath {
  return DEVELOPMENT.includes(name) ? `../../build/${name}.ts` : `./commands/${name.replace(" ", "_")}.ts`;
}

/** Loads the definition of a command, and no other: `compare` needs nothing that `run` needs. */
export async function loadCommand(name: string): Promise<Command> {
  return (await loadOnDemand<{ command: Command }>(moduleOf(name))).command;
}

/** Loads the definitions of commands, by default of all. */
export function loadCommands(names: readonly string[] = COMMANDS): Promise<Command[]> {
  return Promise.all(names.map(loadCommand));
}
