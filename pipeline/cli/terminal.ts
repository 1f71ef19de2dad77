/** Writing to the terminal: colours that NO_COLOR turns off, and tables in columns. */

const ESCAPE = "\x1b[";

function style(code: string): (text: string) => string {
  return (text) => (Deno.noColor || !Deno.stdout.isTerminal() ? text : `${ESCAPE}${code}m${text}${ESCAPE}0m`);
}

/** For titles. */
export const bold = style("1");
/** For what matters less. */
export const dim = style("2");
/** For what is done or right. */
export const green = style("32");
/** For what is going to be done. */
export const yellow = style("33");
/** For what went wrong. */
export const red = style("31");

/** A column of a table: numbers stand right, words left. */
export type Align = "left" | "right";

/**
 * Rows in columns two spaces apart; the first row is the head. Widths count what is seen, not the colour codes.
 */
export function tableText(rows: readonly (readonly string[])[], align: readonly Align[]): string {
  const widths = align.map((_, column) => Math.max(...rows.map((row) => visibleLength(row[column] ?? ""))));
  return rows.map((row) =>
    align.map((side, column) => {
      const cell = row[column] ?? "";
      const pad = " ".repeat(widths[column] - visibleLength(cell));
      return side === "right" ? pad + cell : cell + pad;
    }).join("  ").trimEnd()
  ).join("\n");
}

/** A line, and where it goes. */
export interface Line {
  text: string;
  to: "output" | "error";
}

let write: (line: Line) => void = writeLine;

/** Writes a line to standard output. */
export function print(text: string): void {
  write({ text, to: "output" });
}

/** Writes a line to standard error. */
export function complain(text: string): void {
  write({ text, to: "error" });
}

/** Hands every line to `to` from now on: a worker's lines are written by the one who has the terminal. */
export function redirect(to: (line: Line) => void): void {
  write = to;
}

/** Writes a line; one to standard error without colours when that goes elsewhere than to a terminal, to a file say. */
export function writeLine({ text, to }: Line): void {
  if (to === "output") console.log(text);
  else console.error(Deno.stderr.isTerminal() ? text : withoutStyle(text));
}

/** How many characters fit into a line; 100 where the output is no terminal. */
export function terminalWidth(): number {
  if (!Deno.stdout.isTerminal()) return 100;
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 100;
  }
}

/** Gives the terminal back as it was, with its cursor and with lines that wrap, in case a bar was being drawn. */
export function showCursor(): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(`\n${ESCAPE}?25h${ESCAPE}?7h`));
}

/** How many characters are seen of a text. */
export function visibleLength(text: string): number {
  return [...withoutStyle(text)].length;
}

function withoutStyle(text: string): string {
  // deno-lint-ignore no-control-regex -- colour codes start with the escape character.
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "");
}
