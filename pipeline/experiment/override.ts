/** Overrides: `--set train.epochs=60` changes one value of an experiment for one run. */
import { JsonBoundError, parseBoundedJson } from "../engine/store/bounded_json.ts";
import { UsageError } from "../engine/run_errors.ts";
import { MOST_CHARACTERS } from "./json_text.ts";
import { shown } from "./problems.ts";

/** One changed value. */
export interface Override {
  /** As typed: `train.epochs`, `seed`. */
  path: string;
  value: unknown;
}

/**
 * Reads `path=value`; a value that is not JSON is a string.
 * @throws UsageError without a path or a value, or when the value is nested too deeply.
 */
export function parseOverride(text: string): Override {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) {
    throw new UsageError(`--set takes path=value, as in --set train.epochs=60, but was given ${JSON.stringify(text)}.`);
  }
  return { path: text.slice(0, at), value: parseValue(text.slice(at + 1)) };
}

/** Where an override's path leads in an experiment file: a stage's params are under `pipeline`. */
export function segmentsOf(path: string, stages: readonly string[]): string[] {
  const segments = path.split(".");
  return stages.includes(segments[0]) ? ["pipeline", ...segments] : segments;
}

/**
 * Sets the value at a path of `target`, making the objects on the way. Messages call it `name`.
 * @throws UsageError when the path leads through something that is neither object nor list, or past a list's end.
 */
export function setAt(target: object, path: readonly string[], value: unknown, name: string): void {
  let at = target as Record<string, unknown>;
  for (const [depth, segment] of path.entries()) {
    mustBeEntry(at, segment, name);
    const isLast = depth === path.length - 1;
    if (isLast || !Object.hasOwn(at, segment)) {
      // Defined, because plain assignment to "__proto__" would set no field.
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

/** A list keeps its length: only entries that it has can be set. */
function mustBeEntry(at: object, segment: string, name: string): void {
  if (!Array.isArray(at) || (/^\d+$/.test(segment) && Object.hasOwn(at, segment))) return;
  throw new UsageError(
    `${name}: there is no entry "${segment}" in a list of ${at.length}; entries count from 0. ` +
      "To change the length, set the whole list.",
  );
}

function parseValue(text: string): unknown {
  try {
    return parseBoundedJson(text, MOST_CHARACTERS);
  } catch (error) {
    if (error instanceof JsonBoundError) throw new UsageError(`--set: ${error.message} in the value.`);
    return text;
  }
}
