/** Expands `results/two-layer*` if no shell did. Node's globSync needs permission for environment variables. */
import { join } from "node:path";
import { kindOfInput } from "../engine/files/entry.ts";
import { namesIn } from "../results/folder.ts";

/** Whether a name contains `*`, `?`, `[…]` or `{…}`. */
export function isGlob(name: string): boolean {
  return /[*?[{]/.test(name);
}

/** The paths that match `*`, `?`, `[a-c]` and `{a,b}`, sorted. A leading dot is matched only by a dot. */
export function expandGlob(pattern: string): string[] {
  const segments = pattern.split("/").filter((segment) => segment !== "");
  return segments.reduce(within, [pattern.startsWith("/") ? "/" : ""]).sort();
}

function within(folders: readonly string[], segment: string): string[] {
  if (!isGlob(segment)) {
    return folders.map((folder) => join(folder, segment)).filter((path) => kindOfInput(path) !== null);
  }
  const matches = patternOf(segment);
  return folders.flatMap((folder) =>
    namesIn(folder || ".")
      .filter((name) => matches.test(name) && (segment.startsWith(".") || !name.startsWith(".")))
      .map((name) => join(folder, name))
  );
}

/** One name's pattern as a regular expression. Unclosed brackets and braces match themselves. */
function patternOf(segment: string): RegExp {
  const source = segment.replaceAll(/\*+|\?|\[!?[^\]]+\]|\{[^{}]*\}|[^]/g, (part) => {
    if (part.startsWith("*")) return ".*";
    if (part === "?") return ".";
    const [, not, letters] = /^\[(!?)(.+)\]$/s.exec(part) ?? [];
    if (letters !== undefined) return `[${not && "^"}${letters.replaceAll(/[\\^\][]/g, "\\$&")}]`;
    const words = /^\{(.*)\}$/s.exec(part)?.[1].split(",");
    return words === undefined ? RegExp.escape(part) : `(?:${words.map((word) => RegExp.escape(word)).join("|")})`;
  });
  return new RegExp(`^${source}$`, "su");
}
