/** Reads JSON that people write, and reports the line and column of a mistake. */
import { checkBounds } from "../engine/store/bounded_json.ts";
import { visible } from "../text/visible.ts";

/** Thirty times what an experiment needs. A text of a megabyte could contain enough mistakes to fill the memory. */
export const MAX_CHARACTERS = 1 << 15;

/**
 * Parses a JSON text. A byte order mark, which some editors write, is skipped.
 * @throws JsonBoundError if the text is longer, or nested deeper, than any experiment.
 * @throws SyntaxError with the position of the mistake: "line 3, column 9: Expected ',' or '}' after property value".
 */
export function parseJsonText(text: string): unknown {
  const json = text.replace(/^\uFEFF/, "");
  checkBounds(json, MAX_CHARACTERS);
  const message = errorIn(json);
  if (message === null) return JSON.parse(json);
  const before = json.slice(0, offsetOf(message, json)).split("\n");
  const reason = message.replace(/ in JSON at position .*$/s, "").replace(/, (?:\.\.\.)?".*is not valid JSON$/s, "")
    .replace(/ after JSON at position .*$/s, " after the end").replace(/ of JSON input$/, "");
  throw new SyntaxError(`line ${before.length}, column ${before[before.length - 1].length + 1}: ${visible(reason)}`);
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
