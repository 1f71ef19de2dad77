/** Texts as Python writes them. */

/** A text as a literal, in one line of ASCII: what is in it cannot end it. */
export function pythonText(text: string): string {
  const escaped = text.replaceAll(/[\\']/g, "\\$&").replaceAll(
    /[^\x20-\x7e]/gu,
    (character) => `\\U${character.codePointAt(0)!.toString(16).padStart(8, "0")}`,
  );
  return `'${escaped}'`;
}
