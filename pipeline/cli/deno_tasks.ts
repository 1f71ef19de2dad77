/** The tasks and the test permissions in deno.json, derived from the declarations of commands and project tasks. */
import type { Command } from "./command.ts";
import { typedName } from "./option.ts";
import { permissionFlags, type Permissions, permissionSet, union } from "./permissions.ts";
import { type ProjectTask, TEST_PERMISSIONS } from "./project_tasks.ts";

/** A task as deno.json has it, with its name. */
type NamedTask = [name: string, task: { description: string; command: string }];

/**
 * deno.json with all tasks and the permissions of tests. Commands of a group ("cache list", "cache gc") share a task,
 * which may do what any of them may. An option with permissions of its own makes a second task of its command,
 * COMMAND:OPTION: what a process may do is fixed when it starts. So `compare` only ever reads, in continuous integration
 * and on other people's results, and `compare:charts` may write and load the canvas.
 */
export function denoJson(text: string, commands: readonly Command[], tasks: readonly ProjectTask[]): string {
  const config = JSON.parse(text);
  const groups = Map.groupBy(commands, ({ name }) => name.split(" ")[0]);
  config.tasks = Object.fromEntries([
    ...[...groups].flatMap(([name, members]) => [
      commandTask(name, name, members.map(descriptionOf).join("; "), members.map(({ may }) => may)),
      ...members.flatMap(optionTasks),
    ]),
    ...tasks.map(projectTask),
  ]);
  config.test.permissions = permissionSet(TEST_PERMISSIONS);
  return JSON.stringify(config, null, 2) + "\n";
}

function commandTask(name: string, command: string, description: string, may: readonly Permissions[]): NamedTask {
  const words = ["deno run", ...permissionFlags(union(may)), "pipeline/cli/main.ts", command];
  return [name, { description, command: words.join(" ") }];
}

function optionTasks(command: Command): NamedTask[] {
  return Object.entries(command.options).flatMap(([key, { about, placeholder, may }]) => {
    if (may === undefined) return [];
    const name = `${command.name}:${typedName(key).slice(2)}`;
    const example = [command.example ?? command.args, typedName(key), placeholder].join(" ");
    return [commandTask(name, command.name, descriptionOf({ name, about, example }), [command.may, may])];
  });
}

function projectTask({ name, about, deno, program, may }: ProjectTask): NamedTask {
  const command = ["deno", deno ?? "run", ...permissionFlags(may), program].filter((word) => word !== undefined).join(
    " ",
  );
  return [name, { description: about, command }];
}

function descriptionOf({ name, about, example }: Pick<Command, "name" | "about" | "example">): string {
  const text = about[0].toUpperCase() + about.slice(1);
  return example === undefined ? text : `${text}: deno task ${name} ${example}`;
}
