/** The commands in the documentation, between the marks `<!-- commands -->` and `<!-- /commands -->`. */
import type { Command } from "../pipeline/cli/command.ts";
import { helpText, usageOf } from "../pipeline/cli/help.ts";
import type { ProjectTask } from "./project_tasks.ts";

const [BEGIN, END] = ["<!-- commands -->", "<!-- /commands -->"];

/** A document with its part about commands replaced; null if the marks are missing. */
export function withCommands(document: string, commands: string): string | null {
  const [begin, end] = [document.indexOf(BEGIN), document.lastIndexOf(END)];
  if (begin < 0 || end < begin) return null;
  return `${document.slice(0, begin)}${BEGIN}\n\n${commands}\n\n${document.slice(end)}`;
}

/** The README's part: a table of the commands that people use most. */
export function commonCommands(commands: readonly Command[], tasks: readonly ProjectTask[]): string {
  return tableOf([...commands, ...tasks].filter(({ common }) => common));
}

/** The part of docs/commands.md: a table of everything, and the help of every command. */
export function allCommands(commands: readonly Command[], tasks: readonly ProjectTask[]): string {
  const helps = commands.map((command) => `## ${command.name}\n\n\`\`\`\n${helpText(command)}\n\`\`\``);
  return [tableOf([...commands, ...tasks]), ...helps].join("\n\n");
}

/** A table in Markdown, with the column widths of `deno fmt`. */
function tableOf(rows: readonly (Command | ProjectTask)[]): string {
  const cells = rows.map((row) => [`\`${usageOf(row)}\``, row.about].map((cell) => cell.replaceAll("|", "\\|")));
  const all = [["command", "what it does"], ...cells];
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column].length)));
  const [head, ...body] = all.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`);
  return [head, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body].join("\n");
}
