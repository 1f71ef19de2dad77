/** Finds experiment files: those that globs match which no shell has expanded, and those that come with Retrace. */
import { expandGlob, isGlob } from "../../compare/glob.ts";
import { kindOfInput } from "../../engine/files/entry.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { hereOrShipped, placesOf } from "../../experiment/shipped_experiments.ts";

/** The arguments with each glob replaced by the files that it matches. @throws UsageError if it matches none. */
export function expandFiles(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    if (!isGlob(arg) || kindOfInput(arg) !== null) return [hereOrShipped(arg)];
    const files = placesOf(arg).map((place) =>
      expandGlob(place).filter((path) => path.endsWith(".json") && kindOfInput(path) === "file")
    ).find((found) => found.length > 0);
    if (files === undefined) throw new UsageError(`No experiment file matches ${arg}.`);
    return files;
  });
}
