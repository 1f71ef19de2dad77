/**
 * Expands `results/two-layer*` where no shell did: quoted, or on a system whose shell leaves it to the program. globSync of
 * node:fs would need permissions for an environment variable and for reading "/", which comparing does without.
 */
import { join } from "node:path";

/** Whether a name contains `*`, `?`, `[…]` or `{…}`. */
export function isGlob(name: string): boolean {
  return /[*?[{]/.test(name);
}

/**
 * The paths that match, sorted. `*` and `?` stand for characters within one name, `[a-c]` for one of some, `{a,b}` for one
 * of some words. A name that starts with a dot matches only where the pattern has that dot.
 */
export function expandGlob(pattern: string): string[] {
  const segments = pattern.split("/").filter((segment) => segment !== "");
  return segments.reduce(within, [pattern.startsWith("/") ? "/" : ""]).sort();
}

/** Whether there is a folder at a path, or behind a link there. */
export function isFolder(path: string): boolean {
  return statusOf(path)?.isDirectory ?? false;
}

function within(folders: readonly string[], segment: string): string[] {
  if (!isGlob(segment)) return folders.map((folder) => join(folder, segment)).filter((path) => statusOf(path) !== null);
  const matches = patternOf(segment);
  return folders.filter((folder) => isFolder(folder || ".")).flatMap((folder) =>
    [...Deno.readDirSync(folder || ".")].map(({ name }) => name)
      .filter((name) => matches.test(name) && (segment.startsWith(".") || !name.startsWith(".")))
      .map((name) => join(folder, name))
  );
}

function statusOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch {
    return null;
  }
}

/** One name's pattern as a regular expression. Brackets and braces that are not closed stand for themselves. */
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
