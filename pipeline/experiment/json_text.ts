/** Reads JSON that people write: a mistake in it is told by line and column. */
import { mustBeBounded } from "../engine/store/bounded_json.ts";

/** Thirty times what an experiment needs. A text of a megabyte can hold enough mistakes to fill memory with their list. */
export const MOST_CHARACTERS = 1 << 15;

/**
 * The value of a JSON text; a byte order mark, which some editors write, is passed over.
 * @throws JsonBoundError when the text is longer or nested deeper than any experiment.
 * @throws SyntaxError that says where the mistake is: "line 3, column 9: Expected ',' or '}' after property value".
 */
export function parseJsonText(text: string): unknown {
  const json = text.replace(/^\uFEFF/, "");
  mustBeBounded(json, MOST_CHARACTERS);
  try {
    return JSON.parse(json);
  } catch (error) {
    const { message } = error as SyntaxError;
    const before = json.slice(0, offsetOf(message, json)).split("\n");
    const place = `line ${before.length}, column ${before[before.length - 1].length + 1}`;
    throw new SyntaxError(`${place}: ${withoutPlace(message)}`);
  }
}

/** Where the mistake is that JSON.parse complained of. */
function offsetOf(message: string, json: string): number {
  const named = / at position (\d+)/.exec(message);
  if (named !== null) return Number(named[1]);
  return isUnexpectedToken(message) ? offsetOfToken(json) : json.length;
}

/** JSON.parse does not say where an unexpected token is: it is the last character of the shortest text that has it. */
function offsetOfToken(json: string): number {
  let [without, having] = [0, json.length];
  while (having - without > 1) {
    const middle = (without + having) >> 1;
    if (isUnexpectedToken(complaintOf(json.slice(0, middle)))) having = middle;
    else without = middle;
  }
  return without;
}

function complaintOf(json: string): string {
  try {
    JSON.parse(json);
    return "";
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

function isUnexpectedToken(message: string): boolean {
  return message.startsWith("Unexpected token");
}

function withoutPlace(message: string): string {
  return message.replace(/ in JSON at position .*$/s, "").replace(/, (?:\.\.\.)?".*is not valid JSON$/s, "")
    .replace(/ after JSON at position .*$/s, " after the end").replace(/ of JSON input$/, "");
}
