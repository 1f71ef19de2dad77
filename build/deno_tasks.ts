/** The tasks and the test permissions in deno.json, derived from the definitions of commands and project tasks. */
import type { Command } from "../pipeline/cli/command.ts";
import { GROUPS } from "../pipeline/cli/command_list.ts";
import { permissionFlags, type Permissions } from "../pipeline/cli/permissions.ts";
import { type ProjectTask, TEST_PERMISSIONS } from "./project_tasks.ts";

/** Starts the front. Deno prints it for every task, so it is short: -R is --allow-read. */
const START_FRONT = "deno run -R --allow-run=deno pipeline/cli/front/main.ts";

/** A task in deno.json, with its name. */
type NamedTask = [name: string, task: { description: string; command: string }];

/**
 * deno.json with all tasks and the permissions of tests. Commands of a group ("cache list", "cache gc") share a task. All
 * commands start the front; what their work may do is computed for each.
 */
export function denoJson(text: string, commands: readonly Command[], tasks: readonly ProjectTask[]): string {
  const config = JSON.parse(text);
  const groups = Map.groupBy(commands, ({ name }) => name.split(" ")[0]);
  config.tasks = Object.fromEntries([
    ...[...groups].map(([name, members]): NamedTask => [name, {
      description: GROUPS[name] ?? descriptionOf(members[0]),
      command: `${START_FRONT} ${name}`,
    }]),
    ...tasks.map(({ name, about, deno = "run", program = "", may }): NamedTask => [name, {
      description: about,
      command: program === "front" ? START_FRONT : commandOf(deno, may, program),
    }]),
  ]);
  config.test.permissions = TEST_PERMISSIONS;
  return JSON.stringify(config, null, 2) + "\n";
}

function descriptionOf({ name, about, example }: Pick<Command, "name" | "about" | "example">): string {
  const text = about[0].toUpperCase() + about.slice(1);
  return example === undefined ? text : `${text}: deno task ${name} ${example}`;
}

/**
 * Packages that the program imports are installed first, if they are not. Tests need them all: a process that installs
 * others replaces links, which another may be following.
 */
function commandOf(deno: string, may: Permissions, program: string): string {
  const start = deno === "test"
    ? ["deno install --quiet --frozen && deno", deno]
    : ["deno", deno, "--node-modules-dir"];
  return [...start, "--no-prompt", ...permissionFlags(may), program].join(" ").trimEnd();
}
