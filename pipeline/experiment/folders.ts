/**
 * The folders in an experiment. An experiment file is not trusted: what it refers to, after following links, must be in
 * its own folder, in the current one, or in a folder that the user has passed.
 */
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Experiment } from "../define/experiment.ts";
import { attempt } from "../engine/files/entry.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { setAt } from "./override.ts";
import { valueAt } from "./problems.ts";

/** The real paths of the folders that an experiment file may refer to. `data` are those that the user has passed. */
export function readableFolders(file: string, data: readonly string[]): string[] {
  return [dirname(resolve(file)), Deno.cwd(), ...data].map(realPath);
}

/** The folders among them that the user has passed. */
export function passedFolders([_own, _current, ...data]: readonly string[]): readonly string[] {
  return data;
}

/**
 * Resolves the folders in the params of stages. Returns a run's params, with absolute paths; in `experiment`, the paths
 * become relative to `file`. `writerOf` returns the file that a value comes from (if it is left out, that of the value at
 * `instead`), or null for the command line, whose folders can be anywhere.
 * @throws ConfigError if a file refers to a folder, or to a file in it, that is not in `folders`.
 */
export function locateFolders(
  pipeline: Pipeline,
  file: string,
  experiment: Experiment,
  folders: readonly string[],
  writerOf: (path: readonly string[], instead: readonly string[]) => string | null,
): Experiment["pipeline"] {
  const params = structuredClone(experiment.pipeline);
  const stages = pipeline.stages.filter(({ name }) => Object.hasOwn(params, name));
  const named = stages.flatMap((stage) =>
    (stage.folders?.(params[stage.name], pipeline) ?? []).map(({ at, files, namedAt = at }) => ({
      at: [stage.name, ...at],
      files,
      writer: writerOf(["pipeline", stage.name, ...at], ["pipeline", stage.name, ...namedAt]),
    }))
  );
  for (const { at, files, writer } of named) {
    const written = valueAt(params, at) as string;
    const folder = written.startsWith("file:") ? fileURLToPath(written) : resolve(dirname(writer ?? file), written);
    if (writer !== null) {
      checkReadable(folders, folder, file, (real) => real);
      for (const name of files) checkReadable(folders, join(folder, name), file);
    }
    if (written.startsWith("file:")) continue;
    setAt(params, at, folder, file);
    if (writer === null || isAbsolute(written) || dirname(writer) === dirname(resolve(file))) continue;
    const seen = relative(dirname(resolve(file)), folder).split(sep).join("/") || ".";
    setAt(experiment.pipeline, at, seen, file);
  }
  return params;
}

/** Checks that a path in an experiment is in one of `folders`. @throws ConfigError that says how to allow it. */
export function checkReadable(
  folders: readonly string[],
  path: string,
  file: string,
  folderToPass: (real: string) => string = dirname,
): void {
  const real = realPath(path);
  if (folders.some((folder) => isInside(folder, real))) return;
  throw new ConfigError(
    `${file} refers to ${path}, which is ${real}: outside the experiment's folder and the current one. ` +
      `To allow it, pass the folder: --data ${quoted(folderToPass(real))}`,
  );
}

/** True for a folder and what is in it; both are absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path with links resolved; of a path that does not exist, as far as it exists. */
function realPath(path: string): string {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  return attempt(() => Deno.realPathSync(absolute)) ??
    (absolute === parent ? absolute : join(realPath(parent), absolute.slice(parent.length)));
}

function quoted(path: string): string {
  return /^[\w./:\\@+-]+$/.test(path) ? path : JSON.stringify(path);
}
