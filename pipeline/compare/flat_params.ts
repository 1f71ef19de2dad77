/** The params of runs: flat, by paths as in `--set`, and which of them differ. */
import type { Plain } from "../engine/store/digest.ts";
import { flatParams } from "../text/param_text.ts";

/** Params by path: `train.optimizer.lr` → 0.001. A list is one value. */
export type Params = ReadonlyMap<string, Plain>;

/** The params of an experiment, its seed among them. */
export function paramsOf({ seed, pipeline }: { seed: number; pipeline: Readonly<Record<string, Plain>> }): Params {
  return new Map([["seed", seed], ...flatParams(pipeline) as [string, Plain][]]);
}

/**
 * The paths whose values are not the same in all runs that have them, sorted; other runs have, for example, another
 * optimizer. Of `seeds`, those of stages are omitted where they equal the experiment's in every run.
 */
export function differingPaths(runs: readonly Params[], seeds: readonly string[]): string[] {
  const values = Map.groupBy(runs.flatMap((params) => [...params]), ([path]) => path);
  return [...values].filter(([path, own]) => {
    if (new Set(own.map(([, value]) => spelling(value))).size < 2) return false;
    return path === "seed" || !seeds.includes(path) || runs.some((run) => run.get(path) !== run.get("seed"));
  }).map(([path]) => path).sort();
}

/** A value as a text that equal values share. */
export function spelling(value: Plain | undefined): string {
  return JSON.stringify(value) ?? "";
}

/** Paths cut to what distinguishes them: `train.optimizer.lr` → `lr`. "name" needs more: `optimizer.name`. */
export function shortPaths(paths: readonly string[]): Map<string, string> {
  return new Map(paths.map((path) => {
    const segments = path.split(".");
    const ends = segments.map((_, i) => segments.slice(i).join(".")).reverse();
    const isOwn = (end: string) => paths.every((other) => other === path || !`.${other}`.endsWith(`.${end}`));
    return [path, ends.find((end) => end !== "name" && isOwn(end)) ?? path];
  }));
}

/** The paths that are `name` or end in it: `lr` finds `train.optimizer.lr`. A complete path finds only itself. */
export function pathsNamed(name: string, paths: readonly string[]): string[] {
  return paths.includes(name) ? [name] : paths.filter((path) => path.endsWith(`.${name}`));
}
