/** What a source file imports, and which part of its text affects what it does; found by patterns, without a parser. */
import { DefinitionError } from "../run_errors.ts";
import { digestOfBytes } from "../store/digest.ts";

/** Matches static imports and re-exports, dynamic imports and files identified by URL, but no type-only imports. */
const IMPORT = new RegExp(
  [
    /(?:^|[;}])[ \t]*(?:import|export)\b(?!\s*type\s+(?:[{*]|(?!from\s*["'])\w))(?:[^"';()]*?\bfrom)?\s*["']([^"']+)["']/,
    /\bimport\(\s*["']([^"']+)["']/,
    /\b(?:new URL|import\.meta\.resolve)\(\s*["'](\.[^"']*[^"'/])["'](?:,\s*import\.meta\.url|\))/,
  ].map(({ source }) => source).join("|"),
  "gm",
);
/** An import whose name is computed at run time. */
const COMPUTED_IMPORT = /^(?!\s*(?:\/\/|\*)).*\bimport\(\s*(?!["'])/m;

/** The digest of the significant text, and the imports. @throws DefinitionError for a computed one, with `name`. */
export function readSource(name: string, text: string): { digest: string; imports: string[] } {
  if (COMPUTED_IMPORT.test(text)) throw notFollowed(name, "a module whose name is computed");
  // A comment inside an import can hide it from the pattern, and what looks like a comment can be part of a string.
  const withoutComments = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|[\s,{])\/\/.*$/gm, "$1");
  const imports = [text, withoutComments].flatMap((one) =>
    [...one.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3])
  );
  return { digest: digestOfBytes(new TextEncoder().encode(significantText(text))), imports: [...new Set(imports)] };
}

/** The error for an import that cannot be followed. */
export function notFollowed(file: string, what: string): DefinitionError {
  return new DefinitionError(
    `${file} imports ${what}. Expected a file (./…), a package in package.json or a module of node:, because an edit ` +
      "to any other import would not change the stage's key.",
  );
}

/**
 * The text without blank lines, indentation and whole-line comments. If a template literal spans lines, so whitespace
 * can be part of the program, or a block comment begins after code, the text is returned unchanged.
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
      // Code after the comment is significant, so the whole line is kept.
      if (!inComment && end !== line.length - 2) kept.push(line);
    } else if (line !== "" && !line.startsWith("//")) {
      kept.push(line);
    }
  }
  return kept.join("\n");
}
