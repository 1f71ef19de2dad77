/** The significant part of a source text: its tokens, without comments and spacing. */

/** A token's position in the text. */
export interface Token {
  readonly start: number;
  readonly end: number;
}

/** White space and comments, as in the language; a match begins where the previous one ends. */
const GAP = /\s+|\/\/.*|\/\*[\s\S]*?\*\//uy;
const LINE_BREAK = /[\n\r\u2028\u2029]/;
/** Comments in scripts, but not in modules. */
const HTML_COMMENT = /<!--|-->/;

/**
 * The tokens of a text, in order, with whether there is a line break before each: a break can end a statement. The
 * contents of strings, templates and regular expressions are exact. Null if anything but white space and comments is
 * between two tokens, or the text might be read in two ways.
 */
export function significantText(text: string, tokens: readonly Token[]): string | null {
  if (HTML_COMMENT.test(text)) return null;
  const parts: string[] = [];
  let end = 0;
  for (const token of [...tokens, { start: text.length, end: text.length }]) {
    if (token.start < end) return null;
    const gap = text.slice(end, token.start);
    if (!isGap(gap)) return null;
    const part = text.slice(token.start, token.end);
    // The end of the file is a token as well, and can be listed twice.
    if (part !== "") parts.push(LINE_BREAK.test(gap) && parts.length > 0 ? "\n" : "", part);
    end = token.end;
  }
  // As JSON, so two tokens never look like one.
  return JSON.stringify(parts);
}

function isGap(gap: string): boolean {
  GAP.lastIndex = 0;
  while (GAP.lastIndex < gap.length) if (!GAP.test(gap)) return false;
  return true;
}
