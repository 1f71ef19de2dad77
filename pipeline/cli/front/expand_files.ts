/** Expands globs that no shell has expanded: in quotes, or on Windows. */
import { expandGlob, isGlob } from "../../compare/glob.ts";
import { kindOfInput } from "../../engine/files/input_file.ts";
import { UsageError } from "../../engine/run_errors.ts";

/** The arguments with each glob replaced by the files that it matches. @throws UsageError if it matches none. */
export function expandFiles(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    if (!isGlob(arg) || kindOfInput(arg) !== null) return [arg];
    const files = expandGlob(arg).filter((path) => path.endsWith(".json") && kindOfInput(path) === "file");
    if (files.length === 0) throw new UsageError(`No experiment file matches ${arg}.`);
    return files;
  });
}
