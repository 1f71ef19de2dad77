/** Reads JSON that people write, and says in which line and column a mistake is. */
import { checkBounds } from "../engine/store/bounded_json.ts";

/** Thirty times what an experiment needs. A text of a megabyte could hold enough mistakes to fill memory with a list of them. */
export const MOST_CHARACTERS = 1 << 15;

/**
 * The value of a JSON text; a byte order mark, which some editors write, is skipped.
 * @throws JsonBoundError when the text is longer or nested deeper than any experiment.
 * @throws SyntaxError that says where the mistake is: "line 3, column 9: Expected ',' or '}' after property value".
 */
export function parseJsonText(text: string): unknown {
  const json = text.replace(/^\uFEFF/, "");
  checkBounds(json, MOST_CHARACTERS);
  const message = errorIn(json);
  if (message === null) return JSON.parse(json);
  const before = json.slice(0, offsetOf(message, json)).split("\n");
  const place = `line ${before.length}, column ${before[before.length - 1].length + 1}`;
  throw new SyntaxError(`${place}: ${withoutPlace(message)}`);
}

function errorIn(json: string): string | null {
  try {
    JSON.parse(json);
    return null;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

/** Where the mistake is that JSON.parse reports with this message. */
function offsetOf(message: string, json: string): number {
  const named = / at position (\d+)/.exec(message);
  if (named !== null) return Number(named[1]);
  const isUnexpectedToken = (text: string) => errorIn(text)?.startsWith("Unexpected token") ?? false;
  if (!isUnexpectedToken(json)) return json.length;
  // No position is given for an unexpected token: it is the last character of the shortest text that has it.
  let [without, having] = [0, json.length];
  while (having - without > 1) {
    const middle = (without + having) >> 1;
    if (isUnexpectedToken(json.slice(0, middle))) having = middle;
    else without = middle;
  }
  return without;
}

function withoutPlace(message: string): string {
  return message.replace(/ in JSON at position .*$/s, "").replace(/, (?:\.\.\.)?".*is not valid JSON$/s, "")
    .replace(/ after JSON at position .*$/s, " after the end").replace(/ of JSON input$/, "");
}
