/**
 * Writes to the terminal: colours, which NO_COLOR turns off, and tables in columns. Texts come from files of others as
 * well; of control characters only line breaks, tabs and Retrace's own colours reach the terminal.
 */
import { withoutSecrets } from "../text/secrets.ts";
import { visible, visibleLines } from "../text/visible.ts";

/** What output is written to. */
export interface Screen {
  /** Whether text has colours. */
  colours: boolean;
  /** The number of characters in a line. */
  width: number;
  /** Part of every colour code until it is written: no text from elsewhere can contain it. */
  mark: string;
}

// deno-lint-ignore no-control-regex -- colour codes of other programs, Deno for example, start with the escape character.
const FOREIGN_COLOUR = /\x1b\[[0-9;]*m/g;
const OWN_MARK = crypto.randomUUID();

/** The screen of this process; 100 characters wide if it is not a terminal. */
export function ownScreen(): Screen {
  const isTerminal = Deno.stdout.isTerminal();
  const width = isTerminal ? Deno.consoleSize().columns : 100;
  return { colours: isTerminal && !Deno.noColor, width, mark: OWN_MARK };
}

let screen: Screen | null = null;

/** Formats texts for another screen from now on: a worker's output is written by the front. */
export function formatFor(other: Screen): void {
  screen = other;
}

const style = (code: number) => (text: string) => {
  const { colours, mark } = screen ??= ownScreen();
  return colours ? `\x1b${code}${mark}${text}\x1b0${mark}` : text;
};

/** Bold for titles, dim for details, green for success, yellow for work to do and warnings, red for failure. */
export const [bold, dim, green, yellow, red] = [1, 2, 32, 33, 31].map(style);

/** How a column is aligned: text left, numbers right. */
export type Align = "left" | "right";

/** Rows in columns that are two spaces apart, by default aligned left; widths do not count colour codes. A cell is a line. */
export function tableText(given: readonly (readonly string[])[], align: readonly Align[] = []): string {
  const rows = given.map((row) => row.map((cell) => mapTexts(cell, visible, (_, code) => code)));
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, visibleLength(cell)));
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
  /** Of several workers that write it, only the first is heard. */
  once?: true;
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

/** Writes warnings to standard error, one per line. */
export function printWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) printError(`${yellow("warning:")} ${visible(warning)}`);
}

/** Writes a warning about the computer or the installation, which every worker of a command would repeat. */
export function printSharedWarning(warning: string): void {
  write({ text: `${yellow("warning:")} ${visible(warning)}`, to: "error", once: true });
}

/** Passes every line to `to` from now on: a worker sends its lines to the front, which writes them around its bars. */
export function redirect(to: (line: Line) => void): void {
  write = to;
}

/** Writes a line. Standard error has no colours unless it is a terminal. Ends the process if output cannot be written. */
export function writeLine({ text, to }: Line): void {
  try {
    if (to === "output") console.log(shownText(text, true));
    else console.error(shownText(text, Deno.stderr.isTerminal()));
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
  return [...shownText(text, false)].length;
}

/** A text as it is written to a terminal, or without colours. */
export function shownText(text: string, colours: boolean): string {
  return mapTexts(
    text,
    (part) => visibleLines(part.replaceAll(FOREIGN_COLOUR, "")),
    (number) => (colours ? `\x1b[${number}m` : ""),
  );
}

/** Converts what is between a text's own colour codes, and these. */
function mapTexts(text: string, convert: (text: string) => string, ofCode: (number: string, code: string) => string) {
  const { mark } = screen ??= ownScreen();
  if (!text.includes(mark)) return convert(text);
  // At the odd places are the numbers of the codes.
  return text.split(new RegExp(`\x1b(\\d+)${mark}`)).map((part, i) =>
    i % 2 === 0 ? convert(part) : ofCode(part, `\x1b${part}${mark}`)
  ).join("");
}
