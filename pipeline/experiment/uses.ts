/** The modules with definitions of a user's own that an experiment names: `"uses": ["./mine.ts"]`. */
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { kindOfInput, readInput } from "../engine/files/input_file.ts";
import { ConfigError } from "../engine/run_errors.ts";
import type { ExperimentFile } from "./extends.ts";
import { checkReadable } from "./folders.ts";
import { decodeText, parseJsonText } from "./json_text.ts";

/** The most bytes of what a run says about itself. */
const MAX_RECORD = 1 << 20;

/** The ending of a module. */
export const MODULE = /\.m?[jt]s$/;

/**
 * The paths of the modules that an experiment and what it extends use, those of the extended file first, with links as they
 * are. They must be in `folders`.
 * @throws ConfigError for one that does not exist, or is in another folder.
 */
export function namedModules(files: readonly ExperimentFile[], folders: readonly string[]): string[] {
  return files.toReversed().flatMap(({ path, content }) =>
    textsIn(content.uses).map((name) => {
      const module = resolve(folderOf(path), name);
      if (!MODULE.test(name)) {
        throw new ConfigError(
          `${path} uses ${
            JSON.stringify(name)
          }, but "uses" lists TypeScript or JavaScript modules, as in ["./mine.ts"].`,
        );
      }
      if (kindOfInput(module) !== "file") {
        throw new ConfigError(
          `${path} uses ${
            JSON.stringify(name)
          }, but there is no file ${module}. Paths in "uses" are relative to the file ` +
            "that they are in.",
        );
      }
      checkReadable(folders, module, path);
      return module;
    })
  );
}

/** The names of the modules that an experiment and what it extends use, relative to the experiment's file. */
export function usedNames([own, ...bases]: readonly ExperimentFile[]): string[] {
  const names = [...bases.toReversed(), own].flatMap(({ path, content }) =>
    textsIn(content.uses).map((name) => {
      if (path === own.path) return name;
      const seen = relative(dirname(own.path), resolve(dirname(path), name)).split(sep).join("/");
      return seen.startsWith(".") ? seen : `./${seen}`;
    })
  );
  return [...new Set(names)];
}

/** The folder that names in an experiment are relative to; of a copy in results, that of the file that was run. */
function folderOf(path: string): string {
  const folder = dirname(path);
  const record = join(folder, "run.json");
  if (basename(path) !== "experiment.json") return folder;
  const bytes = readInput(record, MAX_RECORD);
  const content: unknown = bytes && parseJsonText(decodeText(bytes), MAX_RECORD);
  const file = isJsonObject(content) ? content.file : null;
  return typeof file === "string" ? dirname(resolve(folder, file)) : folder;
}

/** The texts in a list, or a text that should be in one; whatever else the field holds is reported by the schema. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
