/** What a source file imports, and what of its text decides what it does: read by patterns, without a parser. */
import { digestOfBytes } from "../store/digest.ts";

/**
 * Static imports and exports from elsewhere, dynamic imports, and files named by their URL. What only types are taken
 * from is left out: types are gone when the code runs.
 */
const IMPORT = new RegExp(
  [
    /(?:^|[;}])[ \t]*(?:import|export)\b(?!\s*type\s+(?:[{*]|(?!from\s*["'])\w))(?:[^"';()]*?\bfrom)?\s*["']([^"']+)["']/,
    /\bimport\(\s*["']([^"']+)["']/,
    /\bnew URL\(\s*["'](\.[^"']*[^"'/])["'],\s*import\.meta\.url/,
  ].map(({ source }) => source).join("|"),
  "gm",
);
/** A module whose name is only known when the code runs. */
const UNKNOWN_IMPORT = /^(?!\s*(?:\/\/|\*)).*\bimport\(\s*(?!["'])/m;

/**
 * The digest of the text that counts, and what the file imports. `name` is for messages.
 * @throws TypeError for an import that is not written out.
 */
export function readSource(name: string, text: string): { digest: string; imports: string[] } {
  if (UNKNOWN_IMPORT.test(text)) throw notFollowed(name, "a name that is not written out");
  const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]);
  return { digest: digestOfBytes(new TextEncoder().encode(significantText(text))), imports };
}

/** The error for an import that cannot be followed. */
export function notFollowed(file: string, what: string): TypeError {
  return new TypeError(
    `${file} imports ${what}, which is neither a file (./…) nor a package of package.json nor a module of node:. ` +
      "What cannot be followed cannot be part of a stage's key: an edit of it would go unseen.",
  );
}

/**
 * The text without blank lines, indentation and whole-line comments. A text with a template literal that spans lines,
 * where a line's look is part of the program, or with a block comment that begins behind code, is left as it is.
 */
export function significantText(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.some((line) => line.split("`").length % 2 === 0 || line.indexOf("/*") > 0)) return text;
  let inComment = false;
  const kept: string[] = [];
  for (const line of lines) {
    if (inComment || line.startsWith("/*")) {
      const end = line.indexOf("*/");
      inComment = end === -1;
      // What stands behind the comment counts, and so does the line.
      if (!inComment && end !== line.length - 2) kept.push(line);
    } else if (line !== "" && !line.startsWith("//")) {
      kept.push(line);
    }
  }
  return kept.join("\n");
}
