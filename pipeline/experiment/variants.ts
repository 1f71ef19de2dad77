/** Variants: what a run is called, and the list of runs that one command line asks for. */
import type { Pipeline } from "../define/define_pipeline.ts";
import { canonicalJson, digestOfPlain, type Plain } from "../engine/store/digest.ts";
import { ConfigError, UsageError } from "../engine/run_errors.ts";
import { type LoadedExperiment, loadExperiment } from "./load.ts";
import type { Override } from "./override.ts";

/** One run: a loaded experiment under the name of its folder in results/. Plain data, which workers can be sent. */
export interface Variant extends LoadedExperiment {
  /** `two-layer`, or `two-layer@seed=7,train.epochs=2` where values were changed. */
  runName: string;
}

/** Longer names are cut and end in a digest, so that they fit a file system. */
const MOST_CHARACTERS = 120;
/** More seeds are taken for a typing error. */
const MOST_SEEDS = 10_000;
/** Anything but characters that every shell and file system takes as they are. */
const ODD_CHARACTERS = /[^A-Za-z0-9._()+-]+/g;

type Load = (overrides: readonly Override[]) => LoadedExperiment;

/**
 * The runs of some experiment files, each with all overrides, once per seed (or once, when no seeds are given). `data`
 * are folders that they may read beside their own.
 * @throws ConfigError when a file is not an experiment, or two different ones have the same name.
 */
export function variantsOf(
  pipeline: Pipeline,
  files: readonly string[],
  overrides: readonly Override[],
  seeds: readonly number[] | null,
  data: readonly string[] = [],
): Variant[] {
  const variants = files.flatMap((file) =>
    (seeds ?? [null]).map((seed) =>
      variantOf(
        (changed) => loadExperiment(pipeline, file, changed, data),
        seed === null ? overrides : [...overrides, { path: "seed", value: seed }],
      )
    )
  );
  const byName = new Map<string, Variant>();
  for (const variant of variants) {
    const first = byName.get(variant.runName) ?? variant;
    if (!isSame(first, variant)) {
      throw new ConfigError(
        `${first.file} and ${variant.file} are different experiments, but the results of both would be called ` +
          `${variant.runName}. Give one of them another "name".`,
      );
    }
    byName.set(variant.runName, first);
  }
  return [...byName.values()];
}

function variantOf(load: Load, overrides: readonly Override[]): Variant {
  const lastOfEach = [...new Map(overrides.map((override) => [override.path, override])).values()];
  const loaded = load(lastOfEach);
  // A new name renames the run by itself; a value that the file has anyway does not.
  const changing = neededOf(lastOfEach, loaded, load).filter(({ path }) => path !== "name");
  return { ...loaded, runName: runName(loaded.experiment.name, changing) };
}

/**
 * Reads `--seeds`: `0..9` or `0,1,2`.
 * @throws UsageError for anything else.
 */
export function parseSeeds(text: string): number[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2])];
    if (last >= first && last - first < MOST_SEEDS && Number.isSafeInteger(last)) {
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    }
  }
  const list = /^\d+(,\d+)*$/.test(text) ? text.split(",").map(Number) : [];
  if (list.length > 0 && list.every(Number.isSafeInteger)) return [...new Set(list)];
  throw new UsageError(
    `--seeds takes a range of at most ${MOST_SEEDS} seeds, the smaller first, or a list, as in --seeds 0..9 or ` +
      `--seeds 0,1,2, but was given ${JSON.stringify(text)}.`,
  );
}

/**
 * The name of a run: the experiment's, and what was changed, in the order of the paths. Where the name cannot show a
 * value as it is, it ends in a digest, so that two variants never share a folder.
 */
export function runName(name: string, overrides: readonly Override[]): string {
  if (overrides.length === 0) return name;
  const texts = overrides
    .map(({ path, value }): [string, string] => [path, typeof value === "string" ? value : JSON.stringify(value)])
    .sort();
  const whole = `${name}@${texts.map(([path, text]) => `${path}=${text.replaceAll(ODD_CHARACTERS, "_")}`).join(",")}`;
  const isExact = texts.every(([, text]) => text.search(ODD_CHARACTERS) < 0);
  if (isExact && whole.length <= MOST_CHARACTERS) return whole;
  return `${whole.slice(0, MOST_CHARACTERS - 9)}~${digestOfPlain(texts).slice(0, 8)}`;
}

/** The overrides that make the difference together, without those that repeat what the file or a later one says. */
function neededOf(all: readonly Override[], loaded: LoadedExperiment, load: Load): readonly Override[] {
  return all.reduce((kept, override) => {
    const others = kept.filter((other) => other !== override);
    try {
      return isSame(load(others), loaded) ? others : kept;
    } catch {
      // It is what makes the experiment valid.
      return kept;
    }
  }, all);
}

function isSame(a: LoadedExperiment, b: LoadedExperiment): boolean {
  return canonicalJson(a.experiment as unknown as Plain) === canonicalJson(b.experiment as unknown as Plain);
}
