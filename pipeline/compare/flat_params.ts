/** The params of runs: flat, by paths as in `--set`, and which of them differ. */
import { flatParams } from "../text/param_text.ts";

/** What JSON can say. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value | undefined };

/** Params by path: `train.optimizer.lr` → 0.001. A list is one value. */
export type Params = ReadonlyMap<string, Value>;

/** The params of an experiment, its seed among them. */
export function paramsOf({ seed, pipeline }: { seed: number; pipeline: Readonly<Record<string, Value>> }): Params {
  return new Map([["seed", seed], ...flatParams(pipeline) as [string, Value][]]);
}

/**
 * The paths whose values are not the same in all runs, sorted. Runs without a value (another optimizer's option) do not
 * count. Of `seeds`, those of stages say nothing new where they are the experiment's in every run.
 */
export function differingPaths(runs: readonly Params[], seeds: readonly string[]): string[] {
  const first = new Map<string, string>();
  const differing = new Set<string>();
  for (const params of runs) {
    for (const [path, value] of params) {
      const text = spelling(value);
      const before = first.get(path);
      if (before === undefined) first.set(path, text);
      else if (before !== text) differing.add(path);
    }
  }
  const followsSeed = (path: string) =>
    path !== "seed" && seeds.includes(path) && runs.every((params) => params.get(path) === params.get("seed"));
  return [...differing].filter((path) => !followsSeed(path)).sort();
}

/** A value as a text that equal values share. */
export function spelling(value: Value | undefined): string {
  return JSON.stringify(value) ?? "";
}

/**
 * Paths cut to what tells them apart: `train.optimizer.lr` → `lr`. "name" alone would say nothing: `optimizer.name`.
 * @param among all paths that the short ones must be told apart from.
 */
export function shortPaths(paths: readonly string[], among: readonly string[]): Map<string, string> {
  return new Map(paths.map((path) => {
    const segments = path.split(".");
    const fewest = segments[segments.length - 1] === "name" ? 2 : 1;
    for (let count = fewest; count < segments.length; count++) {
      const short = segments.slice(-count).join(".");
      if (among.every((other) => other === path || !endsIn(other, short))) return [path, short];
    }
    return [path, path];
  }));
}

/** The paths that are `name` or end in it: `lr` finds `train.optimizer.lr`. A whole path finds itself alone. */
export function pathsNamed(name: string, paths: readonly string[]): string[] {
  return paths.includes(name) ? [name] : paths.filter((path) => endsIn(path, name));
}

function endsIn(path: string, short: string): boolean {
  return path === short || path.endsWith(`.${short}`);
}
