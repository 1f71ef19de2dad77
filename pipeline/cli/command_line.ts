/** Reads the words typed after the name of a command, as its definition declares them. */
import { parseArgs } from "@std/cli/parse-args";
import { nearest } from "../text/suggestion.ts";
import { hasHidden, visible } from "../text/visible.ts";
import { UsageError } from "../engine/run_errors.ts";
import type { CommandLine, Syntax } from "./command.ts";
import { type Options, type OptionValues, typedName } from "./option.ts";

/**
 * Reads arguments and options. Returns null for `--help`, which every command has.
 * @throws UsageError for an unknown option, a missing or invalid value, or too few or too many arguments.
 */
export function readCommandLine<O extends Options>(
  words: readonly string[],
  command: Syntax<O>,
): CommandLine<O> | null {
  const options = Object.entries(command.options).map(([key, option]) => ({
    key,
    option,
    name: typedName(key).slice(2),
    isSwitch: option.placeholder === null,
  }));
  const valued = options.filter(({ isSwitch }) => !isSwitch).map(({ name }) => name);
  const switches = [...options.filter(({ isSwitch }) => isSwitch).map(({ name }) => name), "help"];
  checkSwitches(words, switches, command);
  const parsed = parseArgs(withValues(words, options.filter(({ option }) => option.takesDashes)), {
    string: [...valued, "_"],
    collect: valued,
    boolean: switches,
    alias: { help: "h" },
    unknown(word, name) {
      if (name !== undefined) throw unknownOption(word, name, [...valued, ...switches], command);
    },
  }) as { _: string[]; help: boolean; [name: string]: unknown };
  if (parsed.help) return null;
  const values = options.map(({ key, option, name, isSwitch }) => {
    const texts = isSwitch ? (parsed[name] ? ["on"] : []) : parsed[name] as string[];
    // A value to set is JSON, which may have several lines; it is checked with the experiment.
    if (name !== "set") texts.forEach((text) => checkVisible(text, `--${name}`, command));
    if (texts.includes("")) throw usageError(`--${name} takes a value.`, command);
    return [key, option.read(texts, `--${name}`)];
  });
  for (const text of parsed._) checkVisible(text, "a name", command);
  checkNumber(parsed._, command);
  return { args: parsed._, options: Object.fromEntries(values) as OptionValues<O> };
}

/** The words, with each of these options and the word after it as one. */
function withValues(words: readonly string[], options: readonly { name: string }[]): string[] {
  const takes = (word: string | undefined) => options.some(({ name }) => word === `--${name}`);
  return words.flatMap((word, i) => {
    if (takes(words[i - 1])) return [];
    return [takes(word) && i + 1 < words.length ? `${word}=${words[i + 1]}` : word];
  });
}

/** @throws UsageError for a value after an option that takes none. */
function checkSwitches(words: readonly string[], switches: readonly string[], command: Syntax): void {
  for (const word of words) {
    if (word === "--") return;
    const name = switches.find((name) => word.startsWith(`--${name}=`));
    if (name !== undefined) throw usageError(`--${name} takes no value, but was given ${visible(word)}.`, command);
  }
}

/** @throws UsageError for a text that could forge lines where it is printed, such as the name of a file of others. */
function checkVisible(text: string, what: string, command: Syntax): void {
  if (!hasHidden(text)) return;
  const found = visible(JSON.stringify(text));
  throw usageError(`${what} has no control characters, but ${found} was given. Rename the file or folder.`, command);
}

/** @throws UsageError unless the command takes this many arguments. */
function checkNumber(args: readonly string[], command: Syntax): void {
  const { name, args: pattern, example } = command;
  const words = pattern?.split(" ") ?? [];
  const least = words.filter((word) => !word.startsWith("[")).length;
  const most = words.some((word) => word.includes("…")) ? Infinity : words.length;
  if (args.length >= least && args.length <= most) return;
  const given = args.length === 0 ? "no arguments" : args.join(" ");
  const as = example === undefined ? "" : ` For example: deno task ${name} ${example}.`;
  throw usageError(`${name} takes ${pattern ?? "options only"}, but was given ${given}.${as}`, command);
}

function unknownOption(word: string, name: string, known: readonly string[], command: Syntax): UsageError {
  const meant = nearest(name, known);
  const hint = meant === null ? "" : ` Did you mean --${meant}?`;
  return usageError(`${command.name} has no option ${visible(word.split("=")[0])}.${hint}`, command);
}

function usageError(message: string, { name }: Syntax): UsageError {
  return new UsageError(`${message} See deno task ${name} --help.`);
}
