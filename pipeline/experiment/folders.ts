/**
 * The folders that an experiment names, and where it may read. The file may come from somebody else, so that what it
 * names, links followed, must lie in its own folder or in the current one, or in a folder that the user passed.
 */
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Experiment } from "../define/experiment.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { ConfigError } from "../engine/run_errors.ts";
import type { NamedFolder } from "../engine/stage/stage.ts";
import { setAt } from "./override.ts";
import { valueAt } from "./problems.ts";

/** The real paths of the folders that may be read for an experiment file. `data` are those that the user passed. */
export function placesOf(file: string, data: readonly string[]): string[] {
  return [dirname(resolve(file)), Deno.cwd(), ...data].map(realPath);
}

/**
 * Makes the folders that stages name independent of the files that wrote them: `experiment` is changed to name them
 * as seen from `file`, and a run's params, with absolute paths, are returned. `writerOf` gives the file that wrote the
 * value at a path, null for the command line, whose folders may lie anywhere.
 * @throws ConfigError when a file names a folder, or a file in it, that does not lie in `places`.
 */
export function locateFolders(
  pipeline: Pipeline,
  file: string,
  experiment: Experiment,
  places: readonly string[],
  writerOf: (path: readonly string[]) => string | null,
): Experiment["pipeline"] {
  const params = structuredClone(experiment.pipeline);
  for (const { at, files } of foldersOf(pipeline, params)) {
    const written = valueAt(params, at) as string;
    const writer = writerOf(["pipeline", ...at]);
    const folder = written.startsWith("file:") ? fileURLToPath(written) : resolve(dirname(writer ?? file), written);
    if (writer !== null) {
      mustLieIn(places, folder, file, (real) => real);
      for (const name of files) mustLieIn(places, join(folder, name), file);
    }
    if (written.startsWith("file:")) continue;
    setAt(params, at, folder, file);
    if (writer === null || isAbsolute(written) || dirname(writer) === dirname(resolve(file))) continue;
    const seen = relative(dirname(resolve(file)), folder).split(sep).join("/") || ".";
    setAt(experiment.pipeline, at, seen, file);
  }
  return params;
}

/** The folders that the params of stages name; `at` starts with the stage's name. */
function foldersOf(pipeline: Pipeline, params: Experiment["pipeline"]): NamedFolder[] {
  return pipeline.stages.filter(({ name }) => Object.hasOwn(params, name)).flatMap((stage) =>
    (stage.folders?.(params[stage.name], pipeline) ?? [])
      .map(({ at, files }) => ({ at: [stage.name, ...at], files }))
  );
}

/**
 * Checks that a path which `file` names lies in one of `places`. `folderToPass` gives the folder that would allow it.
 * @throws ConfigError that says where it leads, and what to type if that is meant.
 */
export function mustLieIn(
  places: readonly string[],
  path: string,
  file: string,
  folderToPass: (real: string) => string = dirname,
): void {
  const real = realPath(path);
  if (places.some((place) => isInside(place, real))) return;
  throw new ConfigError(
    `${file} names ${path}, which leads to ${real}: outside of the experiment's folder and of the current one. ` +
      `If you mean it, pass the folder: --data ${quoted(folderToPass(real))}`,
  );
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The path without links; of one that does not exist, its part that does. */
function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return Deno.realPathSync(whole);
  } catch {
    return whole === dirname(whole) ? whole : join(realPath(dirname(whole)), whole.slice(dirname(whole).length));
  }
}

function quoted(path: string): string {
  return /^[\w./:\\@+-]+$/.test(path) ? path : JSON.stringify(path);
}
