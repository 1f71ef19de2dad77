/** The command line: finds the command, runs it, and turns errors into messages and exit codes. */
import { join } from "node:path";
import type { Pipeline } from "../define/pipeline.ts";
import { suggestion } from "../text/suggestion.ts";
import { COMMANDS, loadCommand, loadCommands } from "./command_list.ts";
import { readCommandLine } from "./command_line.ts";
import { printFailure, USAGE_ERROR } from "./failure.ts";
import { loadOnDemand } from "./load_on_demand.ts";
import { print, printError, red } from "./terminal.ts";

/** Runs a command line and returns the exit code: 0 success, 1 a run or a check failed, 2 usage error. */
export async function main(words: readonly string[]): Promise<number> {
  const [first, second] = words;
  const name = COMMANDS.find((one) => one === `${first} ${second}`) ?? COMMANDS.find((one) => one === first);
  try {
    if (name === undefined) return await printOverview(words);
    const command = await loadCommand(name);
    const line = readCommandLine(words.slice(name.split(" ").length), command);
    if (line !== null) return await command.run({ pipeline, ...line });
    print((await loadHelp()).helpText(command));
    return 0;
  } catch (error) {
    return printFailure(error);
  }
}

/** Prints the version, or all commands, or those of a group: on request, or because there is no such command. */
async function printOverview(words: readonly string[]): Promise<number> {
  const [first, second] = words;
  if (first === "--version") {
    print(versionText());
    return 0;
  }
  const group = COMMANDS.filter((name) => name.startsWith(`${first} `));
  const isGroup = group.length > 0;
  const { PROJECT_TASKS } = await loadOnDemand<typeof import("./project_tasks.ts")>("./project_tasks.ts");
  const { overviewText } = await loadHelp();
  const text = overviewText(await loadCommands(isGroup ? group : COMMANDS), isGroup ? [] : PROJECT_TASKS);
  const asked = isGroup ? second : first;
  if (asked !== undefined && ["--help", "-h", "help"].includes(asked)) {
    print(text);
    return 0;
  }
  const typed = words.slice(0, isGroup ? 2 : 1).join(" ");
  const problem = asked === undefined
    ? "A command is missing."
    : `There is no command "${typed}". ${suggestion(typed, isGroup ? group : COMMANDS)}`;
  printError(`${red("error:")} ${problem}\n\n${text}`);
  return USAGE_ERROR;
}

function versionText(): string {
  const { version } = JSON.parse(Deno.readTextFileSync(join(import.meta.dirname!, "../../deno.json")));
  return `retrace ${version} (deno ${Deno.version.deno})`;
}

function loadHelp(): Promise<typeof import("./help.ts")> {
  return loadOnDemand("./help.ts");
}

/** An entry point: the only file, beside the worker of `run --jobs`, that says which pipeline this is. */
async function pipeline(): Promise<Pipeline> {
  return (await loadOnDemand<typeof import("../classifier/pipeline.ts")>("../classifier/pipeline.ts")).classifier;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
