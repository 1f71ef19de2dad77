/** Overrides: `--set train.epochs=60` changes one value of an experiment for one run. */
import { JsonBoundError, parseBoundedJson } from "../engine/store/bounded_json.ts";
import { UsageError } from "../engine/run_errors.ts";
import { inWords } from "./problems.ts";
import { MOST_CHARACTERS } from "./json_text.ts";

/** One changed value. */
export interface Override {
  /** As typed: `train.epochs`, `seed`. */
  path: string;
  value: unknown;
}

/** A JSON object that is being put together. */
export type JsonObject = { [key: string]: unknown };

/**
 * Reads `path=value`; the value is JSON, or else a word.
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
 * Sets a value in `target`, making the objects on the way.
 * @throws UsageError when the path leads through something that is neither object nor list, or past a list's end.
 */
export function applyOverride(target: JsonObject, override: Override, stages: readonly string[]): void {
  const segments = segmentsOf(override.path, stages);
  let at: JsonObject = target;
  for (const segment of segments.slice(0, -1)) {
    mustBeEntry(at, segment, override);
    const next = Object.hasOwn(at, segment) ? at[segment] : setOwn(at, segment, {});
    if (typeof next !== "object" || next === null) {
      throw new UsageError(
        `--set ${override.path}: "${segment}" is ${inWords(next)}, which has no fields to set.`,
      );
    }
    at = next as JsonObject;
  }
  const last = segments[segments.length - 1];
  mustBeEntry(at, last, override);
  setOwn(at, last, override.value);
}

/** Sets a field of the object's own, whatever it is called: plain assignment to "__proto__" would set none. */
function setOwn(at: JsonObject, name: string, value: unknown): unknown {
  Object.defineProperty(at, name, { value, enumerable: true, writable: true, configurable: true });
  return value;
}

/** A list keeps its length: only entries that it has can be set. */
function mustBeEntry(at: JsonObject | unknown[], segment: string, { path }: Override): void {
  if (!Array.isArray(at) || (/^\d+$/.test(segment) && Object.hasOwn(at, segment))) return;
  throw new UsageError(
    `--set ${path}: there is no entry "${segment}" in a list of ${at.length}; entries count from 0. ` +
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
