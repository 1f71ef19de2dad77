/** The tasks and the test permissions in deno.json, derived from the definitions of commands and project tasks. */
import type { Command } from "./command.ts";
import { GROUPS } from "./command_list.ts";
import { typedName } from "./option.ts";
import { permissionFlags, type Permissions, union } from "./permissions.ts";
import { type ProjectTask, TEST_PERMISSIONS } from "./project_tasks.ts";

/** A task in deno.json, with its name. */
type NamedTask = [name: string, task: { description: string; command: string }];

/**
 * deno.json with all tasks and the permissions of tests. Commands of a group ("cache list", "cache gc") share a task,
 * which may do what any of them may. An option with permissions of its own makes a second task of its command,
 * COMMAND:OPTION, because a process gets its permissions when it starts. So `compare` only ever reads, in continuous
 * integration and on other people's results, and `compare:charts` may write and load the canvas.
 */
export function denoJson(text: string, commands: readonly Command[], tasks: readonly ProjectTask[]): string {
  const config = JSON.parse(text);
  const groups = Map.groupBy(commands, ({ name }) => name.split(" ")[0]);
  config.tasks = Object.fromEntries([
    ...[...groups].flatMap(([name, members]) => [
      taskOf(name, GROUPS[name] ?? descriptionOf(members[0]), union(members.map(({ may }) => may)), name),
      ...members.flatMap(optionTasks),
    ]),
    ...tasks.map(({ name, about, deno = "run", program = "", may }): NamedTask => [name, {
      description: about,
      command: ["deno", deno, ...permissionFlags(may), program].join(" ").trimEnd(),
    }]),
  ]);
  config.test.permissions = TEST_PERMISSIONS;
  return JSON.stringify(config, null, 2) + "\n";
}

function taskOf(name: string, description: string, may: Permissions, command: string): NamedTask {
  return [name, {
    description,
    command: ["deno run", ...permissionFlags(may), "pipeline/cli/main.ts", command].join(" "),
  }];
}

function optionTasks({ name: command, args, example = args, options, may }: Command): NamedTask[] {
  return Object.entries(options).flatMap(([key, { about, placeholder, may: more }]) => {
    if (more === undefined) return [];
    const name = `${command}:${typedName(key).slice(2)}`;
    const description = descriptionOf({ name, about, example: `${example} ${typedName(key)} ${placeholder}` });
    return [taskOf(name, description, union([may, more]), command)];
  });
}

function descriptionOf({ name, about, example }: Pick<Command, "name" | "about" | "example">): string {
  const text = about[0].toUpperCase() + about.slice(1);
  return example === undefined ? text : `${text}: deno task ${name} ${example}`;
}
