/** Reads a command's arguments; an option it does not have is refused with the nearest one it has. */
import { parseArgs } from "@std/cli/parse-args";
import { nearest } from "../text/suggestion.ts";
import { UsageError } from "../engine/run_errors.ts";

/** The options of a command: those that take a value, those that take one several times, and switches. */
export interface OptionSpec {
  command: string;
  values?: readonly string[];
  lists?: readonly string[];
  switches?: readonly string[];
}

/** What was given: values by option, lists by option, switches that are on, and everything else. */
export interface Options {
  values: Record<string, string | undefined>;
  lists: Record<string, string[]>;
  switches: ReadonlySet<string>;
  rest: string[];
}

/**
 * Reads arguments. Every command has `--help`.
 * @throws UsageError for an unknown option, or one whose value is missing.
 */
export function readOptions(args: readonly string[], spec: OptionSpec): Options {
  const values = spec.values ?? [];
  const lists = spec.lists ?? [];
  const switches = [...(spec.switches ?? []), "help"];
  const known = [...values, ...lists, ...switches];
  const parsed = parseArgs(args, {
    string: [...values, ...lists, "_"],
    collect: lists,
    boolean: switches,
    alias: { help: "h" },
    unknown(arg, key) {
      if (key !== undefined) throw unknownOption(spec, arg, key, known);
    },
  });
  const given = parsed as Record<string, unknown>;
  for (const option of [...values, ...lists]) {
    const empty = lists.includes(option) ? (given[option] as string[] ?? []).includes("") : given[option] === "";
    if (empty) throw missingValue(spec, option);
  }
  return {
    values: Object.fromEntries(values.map((option) => [option, given[option] as string | undefined])),
    lists: Object.fromEntries(lists.map((option) => [option, (given[option] ?? []) as string[]])),
    switches: new Set(switches.filter((option) => given[option] === true)),
    rest: parsed._.map(String),
  };
}

function missingValue({ command }: OptionSpec, option: string): UsageError {
  return new UsageError(`--${option} takes a value. See deno task ${command} --help.`);
}

function unknownOption({ command }: OptionSpec, arg: string, key: string, known: readonly string[]): UsageError {
  // `--results=` arrives as an option called "results=".
  if (key.endsWith("=")) return new UsageError(`There is no value after ${arg}. See deno task ${command} --help.`);
  const meant = nearest(key, known);
  const hint = meant === null ? "" : ` Did you mean --${meant}?`;
  return new UsageError(`${command} has no option ${arg.split("=")[0]}.${hint} See deno task ${command} --help.`);
}
