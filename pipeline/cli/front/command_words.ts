/** A command line as it can be typed again, and as a shell reads it. */
import type { CommandLine } from "../command.ts";
import { type Options, typedName } from "../option.ts";

/** The options of a command line, with changes, and its arguments: what is typed after the command's name. */
export function wordsOf(
  options: Options,
  line: CommandLine,
  changes: Readonly<Record<string, unknown>> = {},
): string[] {
  const values = { ...line.options, ...changes };
  const typed = Object.keys(options).flatMap((key) =>
    [values[key]].flat().flatMap((value) => {
      if (value === undefined || value === false) return [];
      return [value === true ? typedName(key) : `${typedName(key)}=${value}`];
    })
  );
  return [...typed, "--", ...line.args];
}

/** A word as bash reads it, on one line: its control characters are escaped, as sbatch takes no script with some of them. */
export function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  // deno-lint-ignore no-control-regex -- they are what is looked for.
  const control = /[\x00-\x1f\x7f]/g;
  if (word.search(control) < 0) return `'${word.replaceAll("'", `'\\''`)}'`;
  const hex = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  return `$'${word.replaceAll(/[\\']/g, "\\$&").replaceAll(control, hex)}'`;
}
