/** Variants: the runs that one command requests, and their names. */
import type { Pipeline } from "../define/define_pipeline.ts";
import { attempt } from "../engine/files/entry.ts";
import { canonicalJson, digestOfPlain, type Plain } from "../engine/store/digest.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { readFiles } from "./extends.ts";
import { withoutUsers } from "../text/secrets.ts";
import { readableFolders } from "./folders.ts";
import { combinationsOf } from "./grid.ts";
import { type LoadedExperiment, loadExperiment } from "./load.ts";
import type { Override, Setting } from "./override.ts";

/** One run: a loaded experiment with the name of its folder in results/. Plain data, which can be sent to workers. */
export interface Variant extends LoadedExperiment {
  /** `two-layer`, or `two-layer@seed=7,train.epochs=2` if values were changed. */
  runName: string;
  /** Its values of the paths that were set to several: its place in a grid. */
  choices: Record<string, Plain>;
}

/** Longer names are cut and end in a digest, because file systems limit their length. */
const MAX_NAME_LENGTH = 120;
/** All characters except those that need no quoting in any shell or file system. */
const UNSAFE_CHARACTERS = /[^A-Za-z0-9._()+-]+/g;

type Load = (overrides: readonly Override[]) => LoadedExperiment;

/**
 * The runs of some experiment files, each with every combination of the values that paths are set to. A file may refer to
 * what is in the folders that `foldersOf` returns for it. Runs of several files may have the same name.
 * @throws ConfigError if a file is not a valid experiment.
 * @throws UsageError if there are too many.
 */
export function variantsOf(
  pipeline: Pipeline,
  files: readonly string[],
  settings: readonly Setting[],
  foldersOf: (file: string) => readonly string[] = (file) => readableFolders(file, []),
): Variant[] {
  const combinations = combinationsOf(settings, files.length);
  const varied = settings.filter(({ values }) => values.length > 1).map(({ path }) => path);
  return [...new Set(files)].flatMap((file) => {
    const load = loaderOf(pipeline, file, foldersOf(file));
    return distinct(combinations.map((overrides) => variantOf(load, overrides, varied)));
  });
}

/** Those of some runs that have different names. @throws ConfigError if two different ones have the same name. */
export function distinct<V extends Variant>(variants: readonly V[]): V[] {
  const byName = new Map<string, V>();
  for (const variant of variants) {
    const first = byName.getOrInsert(variant.runName, variant);
    if (isSame(first, variant)) continue;
    throw new ConfigError(
      `${first.file} and ${variant.file} are different experiments, but the results of both would be named ` +
        `${variant.runName}. Change the "name" of one of them.`,
    );
  }
  return [...byName.values()];
}

/** Loads a file with overrides; it is read once, and loaded once with the same overrides, for the variants that share them. */
function loaderOf(pipeline: Pipeline, file: string, folders: readonly string[]): Load {
  const files = readFiles(file, folders);
  const loaded = new Map<string, LoadedExperiment>();
  return (overrides) =>
    loaded.getOrInsertComputed(
      JSON.stringify(overrides),
      () => loadExperiment(pipeline, file, overrides, folders, files),
    );
}

function variantOf(load: Load, overrides: readonly Override[], varied: readonly string[]): Variant {
  const loaded = load(overrides);
  // A changed "name" is the run's name already.
  const changing = neededOf(overrides, loaded, load).filter(({ path }) => path !== "name");
  const choices = withoutUsers(overrides.filter(({ path }) => varied.includes(path)));
  return {
    ...loaded,
    runName: runName(loaded.experiment.name, withoutUsers(changing)),
    choices: Object.fromEntries(choices.map(({ path, value }) => [path, value as Plain])),
  };
}

/** The name of a run: the experiment's and the changed values. If it cannot show them exactly, it ends in a digest. */
export function runName(name: string, overrides: readonly Override[]): string {
  if (overrides.length === 0) return name;
  const texts = overrides
    .map(({ path, value }): [string, string] => [path, typeof value === "string" ? value : JSON.stringify(value)])
    .sort();
  const safe = texts.map(([path, text]) => `${path}=${text.replaceAll(UNSAFE_CHARACTERS, "_")}`);
  const full = `${name}@${safe.join(",")}`;
  const isExact = texts.every(([, text]) => text.search(UNSAFE_CHARACTERS) < 0);
  if (isExact && full.length <= MAX_NAME_LENGTH) return full;
  return `${full.slice(0, MAX_NAME_LENGTH - 9)}~${digestOfPlain(texts).slice(0, 8)}`;
}

/** The overrides that change the experiment, without those that repeat a value of the file. */
function neededOf(all: readonly Override[], loaded: LoadedExperiment, load: Load): readonly Override[] {
  return all.reduce((kept, override) => {
    const others = kept.filter((other) => other !== override);
    // Without it, the experiment may be invalid.
    return attempt(() => isSame(load(others), loaded)) ? others : kept;
  }, all);
}

function isSame(a: LoadedExperiment, b: LoadedExperiment): boolean {
  return canonicalJson(a.experiment as unknown as Plain) === canonicalJson(b.experiment as unknown as Plain);
}
