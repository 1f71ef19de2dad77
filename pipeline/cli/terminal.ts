/** Writes to the terminal: colours, which NO_COLOR turns off, and tables in columns. */

const ESCAPE = "\x1b[";

function style(code: string): (text: string) => string {
  return (text) => (Deno.noColor || !Deno.stdout.isTerminal() ? text : `${ESCAPE}${code}m${text}${ESCAPE}0m`);
}

/** For titles. */
export const bold = style("1");
/** For details. */
export const dim = style("2");
/** For success. */
export const green = style("32");
/** For work to do, and warnings. */
export const yellow = style("33");
/** For failure. */
export const red = style("31");

/** How a column is aligned: words left, numbers right. */
export type Align = "left" | "right";

/** Rows in columns that are two spaces apart; widths do not count colour codes. */
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

/** A line of output, and the stream that it goes to. */
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
export function printError(text: string): void {
  write({ text, to: "error" });
}

/** Writes warnings to standard error. */
export function printWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) printError(`${yellow("warning:")} ${warning}`);
}

/** Passes every line to `to` from now on: the lines of a worker are written by the main thread. */
export function redirect(to: (line: Line) => void): void {
  write = to;
}

/** Writes a line. Colours are left out of standard error unless it is a terminal. */
export function writeLine({ text, to }: Line): void {
  if (to === "output") console.log(text);
  else console.error(Deno.stderr.isTerminal() ? text : withoutStyle(text));
}

/** The number of characters in a line; 100 when the output is not a terminal. */
export function terminalWidth(): number {
  if (!Deno.stdout.isTerminal()) return 100;
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 100;
  }
}

/** Restores the cursor and the wrapping of lines, in case a progress bar was being drawn. */
export function showCursor(): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(`\n${ESCAPE}?25h${ESCAPE}?7h`));
}

/** A text in lines of at most `width` characters, unless a word is longer. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The number of characters of a text, without colour codes. */
export function visibleLength(text: string): number {
  return [...withoutStyle(text)].length;
}

function withoutStyle(text: string): string {
  // deno-lint-ignore no-control-regex -- colour codes start with the escape character.
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "");
}
