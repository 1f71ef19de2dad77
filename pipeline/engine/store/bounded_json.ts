/**
 * Parses untrusted JSON. A text that is too long or nested too deeply is rejected before it is parsed, so a small text
 * never takes much memory, and no function that walks the value overflows the stack.
 */

/** The deepest nesting of brackets; an experiment has 6 levels, a record 5. */
export const MAX_DEPTH = 64;

/** A text exceeds a bound; the message says which. A SyntaxError, as JSON.parse throws for invalid texts. */
export class JsonBoundError extends SyntaxError {
  override name = "JsonBoundError";
}

/** Parses a JSON text. @throws JsonBoundError beyond `maxCharacters` or MAX_DEPTH, SyntaxError if it is not JSON. */
export function parseBoundedJson(text: string, maxCharacters: number): unknown {
  checkBounds(text, maxCharacters);
  return JSON.parse(text);
}

/** @throws JsonBoundError if the text is longer than `maxCharacters`, or nested deeper than MAX_DEPTH. */
export function checkBounds(text: string, maxCharacters: number): void {
  if (text.length > maxCharacters) {
    throw new JsonBoundError(`expected at most ${maxCharacters} characters, but found ${text.length}`);
  }
  let depth = 0;
  const index = findOutsideStrings(text, (code) => {
    if (OPENING.has(code)) depth++;
    else if (CLOSING.has(code)) depth--;
    return depth > MAX_DEPTH;
  });
  if (index >= 0) {
    throw new JsonBoundError(`expected at most ${MAX_DEPTH} levels of brackets, but found more at character ${index}`);
  }
}

/** True for a JSON object. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON object in the bytes of a file; null if that is not what they hold, or it exceeds a bound. */
export function jsonObjectIn(bytes: Uint8Array, maxCharacters = bytes.length): Record<string, unknown> | null {
  try {
    const value = parseBoundedJson(new TextDecoder().decode(bytes), maxCharacters);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

const [QUOTE, BACKSLASH] = ['"', "\\"].map((character) => character.charCodeAt(0));
const OPENING = new Set(["[", "{"].map((character) => character.charCodeAt(0)));
const CLOSING = new Set(["]", "}"].map((character) => character.charCodeAt(0)));

/** The index of the first character outside strings that `matches`; -1 if there is none. */
function findOutsideStrings(text: string, matches: (code: number) => boolean): number {
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) {
      inString = true;
    } else if (matches(code)) {
      return i;
    }
  }
  return -1;
}
