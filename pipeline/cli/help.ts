/** Help texts, made from the declarations of commands. */
import type { Command, Description } from "./command.ts";
import { typedName } from "./option.ts";
import type { ProjectTask } from "./project_tasks.ts";
import { wrapText } from "./terminal.ts";

/** Columns of a help text. */
const WIDTH = 100;

const EXIT_CODES = { 0: "success", 1: "failure", 2: "usage error" };

/** `deno task run CONFIG…`: how a command, or a task with a `name` only, is called. */
export function usageOf({ name, args }: { name: string; args?: string }): string {
  return ["deno task", name, ...(args === undefined ? [] : [args])].join(" ");
}

/** What a command prints for `--help`. */
export function helpText(command: Description): string {
  const { name, about, terms = {}, options, details, example } = command;
  const rows = Object.entries(options).map(([key, { placeholder, about, may }]) => [
    placeholder === null ? typedName(key) : `${typedName(key)} ${placeholder}`,
    may === undefined ? about : `${about}: deno task ${name}:${typedName(key).slice(2)} …`,
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
export function overviewText(commands: readonly Command[], tasks: readonly ProjectTask[]): string {
  return [
    "Retrace: machine-learning experiments that are cached, explained and reproducible.",
    columns(commands.map((command) => [usageOf(command), command.about])),
    ...(tasks.length === 0
      ? []
      : ["For work on Retrace itself:", columns(tasks.map((task) => [usageOf(task), task.about]))]),
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
