/** The command lines of benchmarks. */
import type { CommandLine, Description } from "../pipeline/cli/command.ts";
import { readCommandLine } from "../pipeline/cli/command_line.ts";
import { FAILED, printFailure } from "../pipeline/cli/failure.ts";
import { helpText } from "../pipeline/cli/help.ts";
import type { Options } from "../pipeline/cli/option.ts";
import { printError, red } from "../pipeline/cli/terminal.ts";
import { UsageError } from "../pipeline/engine/run_errors.ts";
import { UnfinishedError } from "./errors.ts";

/** Runs a benchmark on the command line, and exits with its exit code or that of an error. */
export async function runMain<O extends Options>(
  program: Description<O>,
  main: (line: CommandLine<O>) => Promise<number> | number,
): Promise<never> {
  try {
    const line = readCommandLine(Deno.args, program);
    if (line !== null) Deno.exit(await main(line));
    console.log(helpText(program));
    Deno.exit(0);
  } catch (error) {
    if (!(error instanceof UnfinishedError)) Deno.exit(printFailure(error));
    printError(`${red("error:")} ${error.message}`);
    Deno.exit(FAILED);
  }
}

/** The items with these names; by default all. @throws UsageError for an unknown name. */
export function chosen<T extends { name: string }>(what: string, all: readonly T[], names: readonly string[]): T[] {
  for (const name of names) {
    if (all.some((one) => one.name === name)) continue;
    throw new UsageError(`There is no ${what} "${name}"; there are ${all.map((one) => one.name).join(", ")}.`);
  }
  return all.filter(({ name }) => names.length === 0 || names.includes(name));
}
