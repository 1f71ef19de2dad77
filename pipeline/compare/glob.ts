/** Expands `results/two-layer*` where no shell did: quoted, or on a system whose shell leaves it to the program. */
import { join } from "node:path";

/** True for a name with `*`, `?`, `[…]` or `{…}` in it. */
export function isGlob(name: string): boolean {
  return /[*?[{]/.test(name);
}

/** What a glob found. */
export interface Found {
  path: string;
  isFolder: boolean;
}

/**
 * The files and folders that fit, sorted by their paths. `*` and `?` stand for characters within one name, `[a-c]` for one
 * of some, `{a,b}` for one of some words. A name that starts with a dot fits only where the pattern has that dot.
 */
export function expandGlob(pattern: string): Found[] {
  const start = pattern.startsWith("/") ? "/" : "";
  const segments = pattern.split("/").filter((segment) => segment !== "");
  const found = segments.reduce<Found[]>(
    (folders, segment) => folders.filter(({ isFolder }) => isFolder).flatMap(({ path }) => within(path, segment)),
    [{ path: start, isFolder: true }],
  );
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function within(folder: string, segment: string): Found[] {
  if (!isGlob(segment)) {
    const path = folder === "" ? segment : join(folder, segment);
    const info = statusOf(path);
    return info === null ? [] : [{ path, isFolder: info.isDirectory }];
  }
  const fits = patternOf(segment);
  return entriesOf(folder === "" ? "." : folder)
    .filter(({ name }) => fits.test(name) && (segment.startsWith(".") || !name.startsWith(".")))
    .map(({ name, isDirectory, isSymlink }) => {
      const path = folder === "" ? name : join(folder, name);
      return { path, isFolder: isSymlink ? statusOf(path)?.isDirectory ?? false : isDirectory };
    });
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
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
    if (/^\[.+\]$/s.test(part)) {
      const none = part.startsWith("[!");
      return `[${none ? "^" : ""}${part.slice(none ? 2 : 1, -1).replaceAll(/[\\^\][]/g, "\\$&")}]`;
    }
    if (/^\{.*\}$/s.test(part)) return `(?:${part.slice(1, -1).split(",").map(escaped).join("|")})`;
    return escaped(part);
  });
  return new RegExp(`^${source}$`, "su");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
