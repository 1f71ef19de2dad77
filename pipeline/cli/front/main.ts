/** An entry point: the front, which people start. It finds the command, has it done, and reports errors. */
import { join } from "node:path";
import { suggestion } from "../../text/suggestion.ts";
import type { Command, CommandLine, Listed } from "../command.ts";
import { kindOfInput } from "../../engine/files/entry.ts";
import { visible } from "../../text/visible.ts";
import { COMMANDS, loadCommand, loadCommands } from "../command_list.ts";
import { readCommandLine } from "../command_line.ts";
import { printFailure, USAGE_ERROR } from "../failure.ts";
import { runCommand } from "./front.ts";
import { IS_PACKAGE, loadOnDemand } from "../load_on_demand.ts";
import { print, printError, red } from "../terminal.ts";

/** Runs a command line and returns the exit code: 0 success, 1 a run or a check failed, 2 usage error. */
export async function main(words: readonly string[]): Promise<number> {
  const [first, second] = words;
  const name = [`${first} ${second}`, first].find((one) => COMMANDS.includes(one));
  try {
    if (first === "--version") return printVersion();
    if (name === undefined) return await printOverview(words);
    const command = await loadCommand(name);
    const line = readCommandLine(words.slice(name.split(" ").length), command);
    if (line !== null) return await runCommand(command, await withFiles(command, line));
    print((await loadHelp()).helpText(command));
    return 0;
  } catch (error) {
    return printFailure(error);
  }
}

/** The command line with its experiment files as they are found. */
async function withFiles(command: Command, line: CommandLine): Promise<CommandLine> {
  if (!command.args?.includes("CONFIG") || line.args.every((arg) => kindOfInput(arg) !== null)) return line;
  const { expandFiles } = await loadOnDemand<typeof import("./expand_files.ts")>("./front/expand_files.ts");
  return { ...line, args: expandFiles(line.args) };
}

function printVersion(): number {
  const { version } = JSON.parse(Deno.readTextFileSync(join(import.meta.dirname!, "../../../package.json")));
  print(`retrace ${version} (deno ${Deno.version.deno})`);
  return 0;
}

/** Prints all commands, or those of a group: on request, or because there is no such command. */
async function printOverview(words: readonly string[]): Promise<number> {
  const group = COMMANDS.filter((name) => name.startsWith(`${words[0]} `));
  const isGroup = group.length > 0;
  const names = isGroup ? group : COMMANDS;
  const tasks = isGroup || IS_PACKAGE ? [] : await loadTasks();
  const text = (await loadHelp()).overviewText(await loadCommands(names), tasks);
  const wanted = words[isGroup ? 1 : 0];
  if (["--help", "-h", "help"].includes(wanted)) {
    print(text);
    return 0;
  }
  const typed = words.slice(0, isGroup ? 2 : 1).join(" ");
  const problem = wanted === undefined
    ? "A command is missing."
    : `There is no command "${visible(typed)}". ${suggestion(typed, names)}`;
  printError(`${red("error:")} ${problem}\n\n${text}`);
  return USAGE_ERROR;
}

async function loadTasks(): Promise<readonly Listed[]> {
  return (await loadOnDemand<{ PROJECT_TASKS: readonly Listed[] }>("../../build/project_tasks.ts")).PROJECT_TASKS;
}

function loadHelp(): Promise<typeof import("../help.ts")> {
  return loadOnDemand("./help.ts");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
