/** Reads JSON that people write, and reports the line and column of a mistake. */
import { checkBounds } from "../engine/store/bounded_json.ts";
import { repeatedName, roundedInteger } from "../engine/store/json_tokens.ts";
import { visible } from "../text/visible.ts";

/** Thirty times what an experiment needs. A text of a megabyte could contain enough mistakes to fill the memory. */
export const MAX_CHARACTERS = 1 << 15;

/**
 * Parses a JSON text. A byte order mark, which some editors write, is skipped.
 * @throws JsonBoundError if the text is longer, or nested deeper, than any experiment.
 * @throws SyntaxError with the position of the mistake: "line 3, column 9: Expected ',' or '}' after property value". A
 * name that an object has twice, and an integer that would be rounded, are mistakes.
 */
export function parseJsonText(text: string, maxCharacters = MAX_CHARACTERS): unknown {
  const json = text.replace(/^\uFEFF/, "");
  checkBounds(json, maxCharacters);
  const message = errorIn(json);
  if (message !== null) {
    const reason = message.replace(/ in JSON at position .*$/s, "").replace(/, (?:\.\.\.)?".*is not valid JSON$/s, "")
      .replace(/ after JSON at position .*$/s, " after the end").replace(/ of JSON input$/, "");
    throw new SyntaxError(`${positionIn(json, offsetOf(message, json))}: ${visible(reason)}`);
  }
  checkNames(json);
  checkIntegers(json);
  return JSON.parse(json);
}

/** A JSON text with its comments replaced by spaces, so that every position stays what it is. */
export function withoutComments(text: string): string {
  return text.replace(
    /"(?:[^"\\\n]|\\.)*"?|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g,
    (token) => token.startsWith("/") ? token.replace(/[^\r\n]/g, " ") : token,
  );
}

/** Decodes UTF-8. @throws SyntaxError with the position of the first byte that is something else. */
export function decodeText(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const at = invalidByte(bytes);
    const found = `0x${bytes[at].toString(16).padStart(2, "0")}`;
    const position = positionIn(new TextDecoder().decode(bytes.subarray(0, at)), Infinity);
    throw new SyntaxError(`${position}: byte ${at} of the file, ${found}, is not UTF-8. Save the file as UTF-8`);
  }
}

/** The offset of the first character that is not UTF-8, in bytes that have one. */
function invalidByte(bytes: Uint8Array<ArrayBuffer>): number {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let start = 0;
  try {
    for (let i = 0; i < bytes.length; i++) {
      // A character is returned with its last byte.
      if (decoder.decode(bytes.subarray(i, i + 1), { stream: true }) !== "") start = i + 1;
    }
  } catch {
    // It began at `start`.
  }
  return start;
}

function checkNames(json: string): void {
  const twice = repeatedName(json);
  if (twice === null) return;
  throw new SyntaxError(
    `${positionIn(json, twice.again)}: the field ${JSON.stringify(twice.name)} is there twice; the first is at ` +
      `${positionIn(json, twice.first)}. Remove one of them`,
  );
}

function checkIntegers(json: string): void {
  const rounded = roundedInteger(json);
  if (rounded === null) return;
  throw new SyntaxError(
    `${positionIn(json, rounded.index)}: the integer ${rounded.integer} would be rounded to ` +
      `${Number(rounded.integer)}. Integers are exact up to ${Number.MAX_SAFE_INTEGER}, which is 2^53 - 1`,
  );
}

/** An offset in a text, as people count. */
function positionIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}

function errorIn(json: string): string | null {
  try {
    JSON.parse(json);
    return null;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

/** The offset of the mistake that JSON.parse reports with this message. */
function offsetOf(message: string, json: string): number {
  const position = / at position (\d+)/.exec(message);
  if (position !== null) return Number(position[1]);
  const isUnexpectedToken = (text: string) => errorIn(text)?.startsWith("Unexpected token") ?? false;
  if (!isUnexpectedToken(json)) return json.length;
  // The message has no position for an unexpected token. It is the last character of the shortest text that has it.
  let [without, having] = [0, json.length];
  while (having - without > 1) {
    const middle = (without + having) >> 1;
    if (isUnexpectedToken(json.slice(0, middle))) having = middle;
    else without = middle;
  }
  return without;
}
