/** Variants: what a run is called, and the list of runs that one command line asks for. */
import { canonicalJson, digestOfPlain, type Plain } from "../digest.ts";
import { UsageError } from "../errors.ts";
import { type LoadedExperiment, loadExperiment } from "./load.ts";
import type { Override } from "./override.ts";

/** One run: a resolved experiment under the name of its folder in results/. */
export interface Variant extends LoadedExperiment {
  /** `two-layer`, or `two-layer@seed=7,train.epochs=2` where values were changed. */
  runName: string;
}

/** Longer names are cut and end in a digest, so that they fit a file system. */
const MOST_CHARACTERS = 120;

/** The runs of some experiment files, each with all overrides, once per seed (or once, when no seeds are given). */
export function variantsOf(
  files: readonly string[],
  overrides: readonly Override[],
  seeds: readonly number[] | null,
): Variant[] {
  const variants = files.flatMap((file) => {
    const asWritten = loadExperiment(file, []);
    return (seeds ?? [null]).map((seed): Variant => {
      const all = lastOfEach(seed === null ? overrides : [...overrides, { path: "seed", value: seed }]);
      const loaded = loadExperiment(file, all);
      const changing = all.filter((override) => changes(file, all, override, loaded));
      return { ...loaded, runName: runName(asWritten.experiment.name, changing) };
    });
  });
  return variants.filter((variant, i) => variants.findIndex((other) => other.runName === variant.runName) === i);
}

/**
 * Reads `--seeds`: `0..9` or `0,1,2`.
 * @throws UsageError for anything else.
 */
export function parseSeeds(text: string): number[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2])];
    if (last >= first && last - first < 10_000) return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }
  if (/^\d+(,\d+)*$/.test(text)) return [...new Set(text.split(",").map(Number))];
  throw new UsageError(
    `--seeds takes a range or a list, as in --seeds 0..9 or --seeds 0,1,2, but was given ${JSON.stringify(text)}.`,
  );
}

/** The name of a run: the experiment's, and what was changed, in the order of the paths. */
export function runName(name: string, overrides: readonly Override[]): string {
  if (overrides.length === 0) return name;
  const parts = overrides.map(({ path, value }) => `${path}=${fileSafe(value)}`).sort();
  const whole = `${name}@${parts.join(",")}`;
  if (whole.length <= MOST_CHARACTERS) return whole;
  const digest = digestOfPlain(overrides as unknown as Plain).slice(0, 8);
  return `${whole.slice(0, MOST_CHARACTERS - 9)}~${digest}`;
}

function lastOfEach(overrides: readonly Override[]): Override[] {
  return [...new Map(overrides.map((override) => [override.path, override])).values()];
}

/** Whether an override makes a difference: one that repeats what the file says does not rename the run. */
function changes(file: string, all: readonly Override[], override: Override, loaded: LoadedExperiment): boolean {
  const without = loadExperimentOrNull(file, all.filter((other) => other !== override));
  return without === null ||
    canonicalJson(without.experiment as unknown as Plain) !== canonicalJson(loaded.experiment as unknown as Plain);
}

/** An override may be what makes an experiment valid; without it there is nothing to compare with. */
function loadExperimentOrNull(file: string, overrides: readonly Override[]): LoadedExperiment | null {
  try {
    return loadExperiment(file, overrides);
  } catch {
    return null;
  }
}

function fileSafe(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/[^A-Za-z0-9._()+-]+/g, "_");
}
