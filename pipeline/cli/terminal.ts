/** Writes to the terminal: colours, which NO_COLOR turns off, and tables in columns. */
import { withoutSecrets } from "../text/secrets.ts";

/** What output is written to. */
export interface Screen {
  /** Whether text has colours. */
  colours: boolean;
  /** The number of characters in a line. */
  width: number;
}

/** The screen of this process; 100 characters wide if it is not a terminal. */
export function ownScreen(): Screen {
  const isTerminal = Deno.stdout.isTerminal();
  return { colours: isTerminal && !Deno.noColor, width: isTerminal ? Deno.consoleSize().columns : 100 };
}

let screen: Screen | null = null;

/** Formats texts for another screen from now on: a worker's output is written by the front. */
export function formatFor(other: Screen): void {
  screen = other;
}

const style = (code: number) => (text: string) =>
  (screen ??= ownScreen()).colours ? `\x1b[${code}m${text}\x1b[0m` : text;

/** Bold for titles, dim for details, green for success, yellow for work to do and warnings, red for failure. */
export const [bold, dim, green, yellow, red] = [1, 2, 32, 33, 31].map(style);

/** How a column is aligned: text left, numbers right. */
export type Align = "left" | "right";

/** Rows in columns that are two spaces apart, by default aligned left; widths do not count colour codes. */
export function tableText(rows: readonly (readonly string[])[], align: readonly Align[] = []): string {
  const columns = Math.max(...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => visibleLength(row[i] ?? ""))));
  return rows.map((row) =>
    widths.map((width, i) => {
      const cell = row[i] ?? "";
      const pad = " ".repeat(width - visibleLength(cell));
      return align[i] === "right" ? pad + cell : cell + pad;
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

/** Writes a line to standard error, without passwords in web addresses. */
export function printError(text: string): void {
  write({ text: withoutSecrets(text), to: "error" });
}

/** Writes warnings to standard error. */
export function printWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) printError(`${yellow("warning:")} ${warning}`);
}

/** Passes every line to `to` from now on: a worker sends its lines to the front, which writes them around its bars. */
export function redirect(to: (line: Line) => void): void {
  write = to;
}

/** Writes a line. Standard error has no colours unless it is a terminal. Ends the process if output cannot be written. */
export function writeLine({ text, to }: Line): void {
  try {
    if (to === "output") console.log(text);
    else console.error(Deno.stderr.isTerminal() ? text : withoutStyle(text));
  } catch (error) {
    if (to === "output") console.error(`error: Cannot write the output: ${(error as Error).message}.`);
    Deno.exit(1);
  }
}

/** The number of characters in a line. */
export function terminalWidth(): number {
  return (screen ??= ownScreen()).width;
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
