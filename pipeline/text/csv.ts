/** Tables as CSV (RFC 4180), which spreadsheets open: no cell is taken for a formula, and none makes a row. */
import { visible } from "./visible.ts";

/** The rows, each with a line feed at its end; undefined and null are empty cells. */
export function csvOf(rows: readonly (readonly unknown[])[]): string {
  return rows.map(lineOf).join("");
}

/** The bytes of `csvOf(rows)`, row by row, so that many of them need little memory. */
export function csvBytes(rows: Iterable<readonly unknown[]>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(1 << 16);
  let length = 0;
  for (const line of Iterator.from(rows).map(lineOf)) {
    // A letter has at most three bytes.
    const needed = length + 3 * line.length;
    if (needed > bytes.length) bytes = new Uint8Array(bytes.buffer.transfer(2 * needed));
    length += encoder.encodeInto(line, bytes.subarray(length)).written;
  }
  return new Uint8Array(bytes.buffer.transfer(length));
}

function lineOf(row: readonly unknown[]): string {
  return row.map(cellOf).join(",") + "\n";
}

/** Numbers have all their digits; lists and objects are JSON. */
function cellOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return value == null ? "" : quoted(visible(JSON.stringify(value)));
  // Spreadsheets compute a cell that begins like this; an apostrophe in front makes it text.
  const isFormula = /^\s*[=+\-@\t\r\n＝＋－＠]/.test(value) && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
  return quoted((isFormula ? "'" : "") + visible(value));
}

function quoted(text: string): string {
  return /[",;]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
