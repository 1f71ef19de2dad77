/**
 * Text from files of others, shown as what it is. Control characters could move the cursor, forge rows or reorder what
 * stands next to them; they are written as JSON writes them, so JSON stays JSON of the same value.
 */

/**
 * Controls (C0, DEL, C1), format characters (among them those for the direction of text), line and paragraph separators,
 * halves of surrogate pairs, and what XML forbids. Not those that join letters, which some scripts need.
 */
const HIDDEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]--[\u200c\u200d]]/gv;

/** A name or a value in one line: "a\u001b[2Jb\u000ac". */
export function visible(text: string): string {
  return text.replace(HIDDEN, escape);
}

/** The same for a text that may have several lines, and tabs. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN, (letter) => letter === "\n" || letter === "\t" ? letter : escape(letter));
}

/** Whether `visible` changes a text. */
export function hasHidden(text: string): boolean {
  return text.search(HIDDEN) >= 0;
}

function escape(letter: string): string {
  const units = letter.split("");
  return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
