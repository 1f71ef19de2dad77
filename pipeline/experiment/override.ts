/** Overrides: `--set train.epochs=60` changes one value of an experiment for one run. */
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

/** Parses `path=value`; a value that is not JSON is a string. @throws UsageError without a path or a valid value. */
export function parseOverride(text: string): Override {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1 || hasHidden(text.slice(0, at))) {
    throw new UsageError(
      `--set expects path=value, as in --set train.epochs=60, but found ${visible(JSON.stringify(text))}.`,
    );
  }
  // As messages and the file have it: `pipeline.train.epochs`.
  const path = text.slice(0, at).replace(/^pipeline\./, "");
  return { path, value: parseValue(text.slice(at + 1), path) };
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

/** @throws UsageError for a text that is too long, or JSON that does not mean what it says: a field twice, rounded integers. */
function parseValue(text: string, path: string): unknown {
  try {
    checkBounds(text, MAX_CHARACTERS);
    return isJson(text) ? parseJsonText(text) : text;
  } catch (error) {
    throw new UsageError(`--set ${path}: ${(error as Error).message}.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
