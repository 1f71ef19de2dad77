/** Overrides: `--set train.epochs=60` changes one value of an experiment for one run. */
import { attempt } from "../engine/files/entry.ts";
import { UsageError } from "../engine/run_errors.ts";
import { checkBounds } from "../engine/store/bounded_json.ts";
import { MAX_CHARACTERS, parseJsonText } from "./json_text.ts";
import { hasHidden, visible } from "../text/visible.ts";
import { shown } from "./problems.ts";

/** One changed value. */
export interface Override {
  /** As typed: `train.epochs`, `seed`. */
  path: string;
  value: unknown;
}

/** A path and the values that it is set to, all different: of several, each is run. */
export interface Setting {
  path: string;
  values: readonly unknown[];
}

/**
 * Parses `path=value`, or `path=value,value`: commas in brackets, parentheses, braces and double quotes are part of a
 * value. A value that is not JSON is a string.
 * @throws UsageError without a path or a valid value, or if a value between commas is empty.
 */
export function parseSetting(text: string): Setting {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1 || hasHidden(text.slice(0, at))) {
    throw new UsageError(
      `--set expects path=value, as in --set train.epochs=60, but found ${visible(JSON.stringify(text))}.`,
    );
  }
  // As messages and the file have it: `pipeline.train.epochs`.
  const path = text.slice(0, at).replace(/^pipeline\./, "");
  const texts = splitAtCommas(text.slice(at + 1));
  const parts = texts.length === 1 ? texts : texts.map((part) => part.trim());
  if (parts.includes("")) {
    const others = parts.filter((part) => part !== "").join(",") || "1,2";
    throw new UsageError(
      `--set ${path}: a value is missing before or after a comma. Write ${visible(`${path}=${others}`)}; ` +
        `a text that contains a comma goes in double quotes, as in '${path}="a, b"'.`,
    );
  }
  const values = parts.map((part) => parseValue(part, path));
  return { path, values: [...new Map(values.map((value) => [JSON.stringify(value), value])).values()] };
}

/** The only value of a setting. @throws UsageError if there are several. */
export function overrideOf({ path, values }: Setting): Override {
  if (values.length === 1) return { path, value: values[0] };
  throw new UsageError(
    `--set ${path} has ${values.length} values (${values.map(shown).join(", ")}), which only run and explain take.`,
  );
}

/** The position of an override's path in an experiment file: a stage's params are in `pipeline`. */
export function segmentsOf(path: string, stages: readonly string[]): string[] {
  const segments = path.split(".");
  return stages.includes(segments[0]) ? ["pipeline", ...segments] : segments;
}

/**
 * Sets the value at a path of `target` and creates missing objects on the way. `name` is for messages.
 * @throws UsageError if the path leads through a value that is neither object nor list, or beyond the end of a list.
 */
export function setAt(target: object, path: readonly string[], value: unknown, name: string): void {
  let at = target as Record<string, unknown>;
  for (const [depth, segment] of path.entries()) {
    if (Array.isArray(at) && !(/^\d+$/.test(segment) && Object.hasOwn(at, segment))) {
      throw new UsageError(
        `${name}: a list of ${at.length} has no entry "${segment}"; entries count from 0. ` +
          "To change its length, set the whole list.",
      );
    }
    const isLast = depth === path.length - 1;
    if (isLast || !Object.hasOwn(at, segment)) {
      // Defined, because an assignment to "__proto__" would not create a field.
      const field = { value: isLast ? value : {}, enumerable: true, writable: true, configurable: true };
      Object.defineProperty(at, segment, field);
    }
    const next = at[segment];
    if (!isLast && (typeof next !== "object" || next === null)) {
      throw new UsageError(`${name}: "${segment}" is ${shown(next)}, which has no fields to set.`);
    }
    at = next as Record<string, unknown>;
  }
}

/** The parts of a text between its commas, without those in brackets or double quotes. */
function splitAtCommas(text: string): string[] {
  const parts = [""];
  let depth = 0;
  // A quoted text, even without its end, or a character.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\[^])*"?|[^]/g)) {
    if ("([{".includes(token)) depth++;
    if (")]}".includes(token)) depth = Math.max(0, depth - 1);
    if (token === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** @throws UsageError for a text that is too long, or JSON that does not mean what it says: a field twice, rounded integers. */
function parseValue(text: string, path: string): unknown {
  try {
    checkBounds(text, MAX_CHARACTERS);
    return attempt(() => [JSON.parse(text)]) === null ? text : parseJsonText(text);
  } catch (error) {
    throw new UsageError(`--set ${path}: ${(error as Error).message}.`);
  }
}
