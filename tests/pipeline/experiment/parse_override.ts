/** A change of one value, as typed after `--set`. */
import { type Override, overrideOf, parseSetting } from "../../../pipeline/experiment/override.ts";

/** Parses `path=value`. @throws UsageError as `parseSetting` does, and if there are several values. */
export function parseOverride(text: string): Override {
  return overrideOf(parseSetting(text));
}
