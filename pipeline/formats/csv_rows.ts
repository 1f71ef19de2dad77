/** The rows of a CSV file (RFC 4180), a piece of the file at a time. Loaded on demand. */
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { FormatError } from "../../core/errors.ts";
import type { Artifact } from "../engine/stage/kind.ts";

/** Bytes that are read at a time. */
const PIECE = 1 << 16;
/** Longer than other rows; a quote that opens and does not close makes one of the rest of the file. */
const MAX_ROW_BYTES = 1 << 19;

const TOO_LONG = `expected rows of at most ${MAX_ROW_BYTES} bytes, but found a longer one. A quote (") may not close.`;

/**
 * Calls `visit` with the cells of each row, trimmed, and the number of its last line, from 1. Empty lines are left out.
 * @throws FormatError, with `label` and line, for what is not UTF-8 or no CSV; what `visit` throws.
 */
export async function visitRows(
  file: Pick<Artifact, "pieces">,
  label: string,
  separator: string,
  visit: (cells: readonly string[], line: number) => void,
): Promise<void> {
  let [line, end, sent] = [0, 0, 0];
  const parser = parse({
    delimiter: separator,
    bom: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    trim: true,
    skip_empty_lines: true,
    // The header says how many there are.
    relax_column_count: true,
    on_record(cells: string[], { lines, bytes }) {
      [line, end] = [lines, bytes];
      visit(cells, lines);
      return null;
    },
  });
  function* pieces() {
    for (const piece of utf8Pieces(file, label)) {
      if ((sent += piece.length) - end > MAX_ROW_BYTES) {
        throw new FormatError(`${label}, line ${line + 1}: ${TOO_LONG}`);
      }
      yield piece;
    }
  }
  // There is nothing to read, but only a stream that is read ends.
  parser.resume();
  try {
    await pipeline(pieces(), parser);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FormatError(`${label}, line ${line + 1}: ${problemOf(error)}`);
  }
}

function problemOf({ code, message }: CsvError): string {
  if (code === "CSV_QUOTE_NOT_CLOSED") {
    return 'expected a quote (") that closes, but the row does not end. A quote within quotes is written twice ("").';
  }
  if (/QUOTE/.test(code)) {
    return 'expected quotes (") around a whole value, but found one within. A quote within quotes is written twice ("").';
  }
  return `expected rows of CSV, but ${message}.`;
}

/** The bytes, checked to be UTF-8. */
function* utf8Pieces(file: Pick<Artifact, "pieces">, label: string): Generator<Uint8Array> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let lines = 0;
  const check = (bytes: Uint8Array<ArrayBuffer>, isLast: boolean) => {
    try {
      decoder.decode(bytes, { stream: !isLast });
    } catch {
      const line = lines + 1 + linesIn(bytes.subarray(0, firstInvalid(bytes)));
      throw new FormatError(
        `${label}, line ${line}: expected text in UTF-8, but found other bytes. Save the file as UTF-8 (in Excel: "CSV UTF-8").`,
      );
    }
    lines += linesIn(bytes);
  };
  for (const piece of file.pieces()) {
    for (let at = 0; at < piece.length; at += PIECE) {
      const bytes = piece.subarray(at, at + PIECE);
      check(bytes, false);
      yield bytes;
    }
  }
  check(new Uint8Array(0), true);
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === 0x0a) lines++;
  return lines;
}

/** About where bytes stop being UTF-8: at the first replacement character that decoding them gives. */
function firstInvalid(bytes: Uint8Array<ArrayBuffer>): number {
  const [before] = new TextDecoder().decode(bytes).split("\ufffd", 1);
  return new TextEncoder().encode(before).length;
}
