/** Reads what was typed after the name of a command, by the command's declaration. */
import { parseArgs } from "@std/cli/parse-args";
import { nearest } from "../text/suggestion.ts";
import { UsageError } from "../engine/run_errors.ts";
import type { CommandContext, Syntax } from "./command.ts";
import { type Options, type OptionValues, typedName } from "./option.ts";

/**
 * Reads arguments and options. Null when help is asked for, which every command has.
 * @throws UsageError for an unknown option, a missing or wrong value, or too few or too many arguments.
 */
export function readCommandLine<O extends Options>(
  words: readonly string[],
  command: Syntax<O>,
): Omit<CommandContext<O>, "pipeline"> | null {
  const options = Object.entries(command.options)
    .map(([key, option]) => ({ key, option, name: typedName(key).slice(2) }));
  const valued = options.filter(({ option }) => option.placeholder !== null).map(({ name }) => name);
  const switches = options.filter(({ option }) => option.placeholder === null).map(({ name }) => name);
  const parsed = parseArgs(words, {
    string: [...valued, "_"],
    collect: valued,
    boolean: [...switches, "help"],
    alias: { help: "h" },
    unknown(word, name) {
      if (name !== undefined) throw unknownOption(word, name, [...valued, ...switches, "help"], command);
    },
  }) as { _: string[]; help: boolean; [name: string]: unknown };
  if (parsed.help) return null;
  const values = options.map(({ key, option, name }) => {
    const texts = option.placeholder === null ? (parsed[name] ? [""] : []) : parsed[name] as string[];
    if (option.placeholder !== null && texts.includes("")) throw wrong(`--${name} takes a value.`, command);
    return [key, option.read(texts, `--${name}`)];
  });
  checkNumber(parsed._, command);
  return { args: parsed._, options: Object.fromEntries(values) as OptionValues<O> };
}

/** Checks that there are as many arguments as the command takes. */
function checkNumber(args: readonly string[], command: Syntax): void {
  const { name, args: pattern, example } = command;
  const words = pattern?.split(" ") ?? [];
  const least = words.filter((word) => !word.startsWith("[")).length;
  const most = words.some((word) => word.includes("…")) ? Infinity : words.length;
  if (args.length >= least && args.length <= most) return;
  const given = args.length === 0 ? "no arguments" : args.join(" ");
  const takes = pattern === undefined ? "takes options only" : `takes ${pattern}`;
  const as = example === undefined ? "" : ` For example: deno task ${name} ${example}.`;
  throw wrong(`${name} ${takes}, but was given ${given}.${as}`, command);
}

function unknownOption(word: string, name: string, known: readonly string[], command: Syntax): UsageError {
  // `--results=` arrives as an option called "results=".
  if (name.endsWith("=")) return wrong(`There is no value after ${word}.`, command);
  const meant = nearest(name, known);
  const hint = meant === null ? "" : ` Did you mean --${meant}?`;
  return wrong(`${command.name} has no option ${word.split("=")[0]}.${hint}`, command);
}

function wrong(message: string, { name }: Syntax): UsageError {
  return new UsageError(`${message} See deno task ${name} --help.`);
}
