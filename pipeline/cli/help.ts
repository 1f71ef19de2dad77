/** Help texts, derived from the definitions of commands. */
import type { Command, Description, Listed } from "./command.ts";
import { typedName } from "./option.ts";
import { wrapText } from "./terminal.ts";

/** Columns of a help text. */
const WIDTH = 100;

const EXIT_CODES = { 0: "success", 1: "failure", 2: "usage error" };

/** How a command or task is called: `deno task run CONFIG…`. */
export function usageOf({ name, args }: { name: string; args?: string }): string {
  return `deno task ${name} ${args ?? ""}`.trimEnd();
}

/** What a command prints for `--help`. */
export function helpText(command: Description): string {
  const { name, about, terms = {}, options, details, example } = command;
  const rows = Object.entries(options).filter(([, { isHidden }]) => !isHidden).map(([key, { placeholder, about }]) => [
    `${typedName(key)} ${placeholder ?? ""}`.trimEnd(),
    about,
  ]);
  const exitCodes = Object.entries({ ...EXIT_CODES, ...command.exitCodes }).map((pair) => pair.join(" ")).join("; ");
  return [
    paragraph(`${about}.`),
    `  ${usageOf(command)}${rows.length > 0 ? " [options]" : ""}` +
    (example === undefined ? "" : `\n  For example: deno task ${name} ${example}`),
    columns([...Object.entries(terms), ...rows]),
    ...(details === undefined ? [] : [details.split("\n").map(paragraph).join("\n")]),
    paragraph(`Exit codes: ${exitCodes}.`),
  ].filter((part) => part !== "").join("\n\n");
}

/** What the command line prints for `--help`: every command and task with what it does. */
export function overviewText(commands: readonly Command[], tasks: readonly Listed[]): string {
  const list = (all: readonly Listed[]) => columns(all.map((one) => [usageOf(one), one.about]));
  return [
    "Retrace: machine-learning experiments that are cached, explained and reproducible.",
    list(commands),
    ...(tasks.length === 0 ? [] : ["For work on Retrace itself:", list(tasks)]),
    "Every command describes itself with --help.",
  ].join("\n\n");
}

/** Rows of two columns, the second one wrapped. */
function columns(rows: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 4;
  return rows.flatMap(([left, right]) =>
    wrapText(right, WIDTH - width).map((line, i) => `  ${i === 0 ? left : ""}`.padEnd(width) + line)
  ).join("\n");
}

function paragraph(text: string): string {
  return wrapText(text, WIDTH).join("\n");
}
