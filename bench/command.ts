/** What the benchmarks' command lines have in common. */
import { FAILED, tellFailure } from "../pipeline/cli/failure.ts";
import { complain, red } from "../pipeline/cli/terminal.ts";
import { UsageError } from "../pipeline/engine/run_errors.ts";
import { UnfinishedError } from "./errors.ts";

/** Runs a benchmark's main function and ends the process: with the exit code it gives, or what an error means. */
export async function runMain(main: (args: string[]) => Promise<number> | number): Promise<never> {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof UnfinishedError)) Deno.exit(tellFailure(error));
    complain(`${red("error:")} ${error.message}`);
    Deno.exit(FAILED);
  }
}

/** A whole number from 1 on, or the one by default. @throws UsageError for anything else. */
export function wholeNumber(option: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`--${option} takes a whole number from 1 on, but was given ${JSON.stringify(text)}.`);
}

/** The things with these names; all of them when none is named. @throws UsageError for a name that none has. */
export function chosen<T extends { name: string }>(what: string, all: readonly T[], names: readonly string[]): T[] {
  for (const name of names) {
    if (all.some((one) => one.name === name)) continue;
    throw new UsageError(`There is no ${what} "${name}"; there are ${all.map((one) => one.name).join(", ")}.`);
  }
  return all.filter(({ name }) => names.length === 0 || names.includes(name));
}
