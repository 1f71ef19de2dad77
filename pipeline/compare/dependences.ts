/** What the figures of runs depend on: params, data and other figures. Where these differ, figures are not compared. */
import { figureOfJson } from "../define/finished_run.ts";
import type { Terms } from "../define/terms.ts";
import { type Params, spelling } from "./flat_params.ts";

/** The digests of what each stage outputs, by the names of the artifacts: a list for a step's. From manifest.json. */
export type Outputs = readonly Readonly<Record<string, string | readonly string[]>>[];

/** A run with what its figures depend on: the values of params and figures, the digests of artifacts. */
export interface Dependent {
  dependsOn: Record<string, string>;
}

/** A run as far as its figures depend on it. */
interface Source {
  params: Params;
  /** The content of metrics.json. */
  metrics: Readonly<Record<string, unknown>>;
  outputs?: Outputs;
}

/** What the figures of a run depend on, by name; without artifacts and figures of which nothing is known. */
export function dependencesOf({ params, metrics, outputs }: Source, { figures }: Terms): Record<string, string> {
  const names = new Set(figures.flatMap(({ dependsOn }) => dependsOn));
  return Object.fromEntries([...names].flatMap((name): [string, string][] => {
    if (name.includes(".")) return [[name, spelling(params.get(name))]];
    const figure = metrics[name];
    const digest = outputs?.find((stage) => Object.hasOwn(stage, name))?.[name];
    const value = digest ?? (Array.isArray(figure) ? figure.length : figureOfJson(figure));
    return value === undefined || value === null ? [] : [[name, String(value)]];
  }));
}

/** Those of the things that figures depend on that are not the same in all runs. */
export function differingAmong(runs: readonly Dependent[], names: readonly string[]): string[] {
  return names.filter((name) => new Set(runs.flatMap(({ dependsOn }) => dependsOn[name] ?? [])).size > 1);
}
