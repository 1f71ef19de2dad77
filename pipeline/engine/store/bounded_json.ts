/**
 * JSON from outside: what is too long or nested too deeply is refused before it is parsed, so that a small text never
 * takes much memory, and no function that walks the value runs out of stack.
 */

/** Brackets inside brackets: an experiment has 6 levels, a record 5. */
export const MOST_DEPTH = 64;

/** A text beyond a bound; the message says which. It is a SyntaxError, as JSON.parse throws for what it refuses. */
export class JsonBoundError extends SyntaxError {
  override name = "JsonBoundError";
}

/**
 * The value of a JSON text of at most `mostCharacters` (UTF-16 units).
 * @throws JsonBoundError when the text is longer, or nested deeper than MOST_DEPTH.
 * @throws SyntaxError when it is not JSON.
 */
export function parseBoundedJson(text: string, mostCharacters: number): unknown {
  mustBeBounded(text, mostCharacters);
  return JSON.parse(text);
}

/** @throws JsonBoundError when the text is longer than `mostCharacters`, or nested deeper than MOST_DEPTH. */
export function mustBeBounded(text: string, mostCharacters: number): void {
  if (text.length > mostCharacters) {
    throw new JsonBoundError(`expected at most ${mostCharacters} characters, but found ${text.length}`);
  }
  const at = tooDeepAt(text);
  if (at >= 0) {
    throw new JsonBoundError(`expected at most ${MOST_DEPTH} levels of brackets, but found more at character ${at}`);
  }
}

/** Where the first bracket beyond MOST_DEPTH is; -1 when there is none. */
function tooDeepAt(text: string): number {
  let depth = 0;
  return findSign(text, (sign) => {
    if (OPENING.has(sign)) depth++;
    else if (CLOSING.has(sign)) depth--;
    return depth > MOST_DEPTH;
  });
}

/**
 * True when an object of the text names a field twice, of which JSON.parse keeps the last: two readers may then see two
 * things in one text. `value` is what the text was parsed to.
 */
export function hasRepeatedName(text: string, value: unknown): boolean {
  let colons = 0;
  findSign(text, (sign) => {
    if (sign === COLON) colons++;
    return false;
  });
  return colons !== countNames(value);
}

function countNames(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inside = Object.values(value).reduce((sum: number, one) => sum + countNames(one), 0);
  return inside + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

/** True for what JSON calls an object. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const [QUOTE, BACKSLASH, COLON] = ['"', "\\", ":"].map((sign) => sign.charCodeAt(0));
const OPENING = new Set(["[", "{"].map((sign) => sign.charCodeAt(0)));
const CLOSING = new Set(["]", "}"].map((sign) => sign.charCodeAt(0)));

/** Where the first character is that is in no string and `isIt`; -1 when there is none. */
function findSign(text: string, isIt: (code: number) => boolean): number {
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) {
      inString = true;
    } else if (isIt(code)) {
      return at;
    }
  }
  return -1;
}
