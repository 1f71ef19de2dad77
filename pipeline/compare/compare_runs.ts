/** Compares finished runs: differing params, figures, paired tests over equal seeds. Plain data in, plain data out. */
import type { Terms } from "../define/terms.ts";
import { UsageError } from "../engine/run_errors.ts";
import type { Plain } from "../engine/store/digest.ts";
import { suggestion } from "../text/suggestion.ts";
import { compareFigures, figuresOf, type Metric, metricAmong, type Outputs } from "./compared_figures.ts";
import { differingPaths, paramsOf } from "./flat_params.ts";
import { type Candidate, type ComparedRun, comparedRuns, groupLabels, groupsOf, type SeedGroup } from "./groups.ts";
import { type PairedTest, testsAgainst } from "./paired_test.ts";
import { filterRuns, type Names, namesOf, sortGroups } from "./select_runs.ts";

/** A run as its results folder has it. */
export interface StoredRun {
  name: string;
  /** experiment.json */
  experiment: { seed: number; pipeline: Record<string, Plain> };
  /** metrics.json */
  metrics: Record<string, unknown>;
  /** From manifest.json, if there is one. */
  outputs?: Outputs;
  /** Its values of the paths that a grid varies. */
  choices?: Readonly<Record<string, Plain>>;
}

/** A seed group with a brief label, `epochs=60`: what distinguishes it from the others of the comparison. */
export interface LabelledGroup extends SeedGroup {
  label: string;
}

/** A comparison as plain data. */
export interface Comparison {
  /** Paths of the params that are not the same in all runs. */
  params: string[];
  /** The requested figures. */
  metrics: Metric[];
  /** The best groups by the mean of each figure that has a better direction; several if they are equal. */
  best: Record<string, string[]>;
  rows: ComparedRun[];
  groups: LabelledGroup[];
  /** What each figure depends on: only runs in which all of it is the same are compared. */
  dependsOn: Record<string, readonly string[]>;
  /** For every figure that has a better direction: each other group against the baseline. */
  tests: PairedTest[];
}

/** The options of a comparison. */
export interface ComparisonChoices {
  /** Names of figures; by default the usual ones that the runs have. */
  metrics?: readonly string[];
  /** The name or the label of the group that the others are tested against; by default that of the first run. */
  baseline?: string;
  /** Conditions that the runs must satisfy: `train.optimizer.lr<0.01`, `accuracy>0.9`. */
  filters?: readonly string[];
  /** A figure or a param to sort the groups by, best first; with a minus, worst first. */
  sort?: string;
}

/** Compares runs of different names. @throws UsageError if a choice names what no run has, or no run is left. */
export function compareRuns(runs: readonly StoredRun[], terms: Terms, choices: ComparisonChoices = {}): Comparison {
  const all = runs.map(({ name, experiment, metrics, outputs }): Candidate => ({
    ...{ run: name, metrics, outputs },
    params: paramsOf(experiment),
    figures: figuresOf(metrics),
  }));
  const candidates = filterRuns(all, choices.filters ?? [], terms);
  if (candidates.length === 0 && all.length > 0) {
    throw new UsageError(`None of the ${all.length} runs satisfies ${choices.filters!.join(" and ")}.`);
  }
  const ownParams = candidates.map(({ params }) => params);
  const params = differingPaths(ownParams, terms.seeds);
  const rows = comparedRuns(candidates, params, terms);
  const known = namesOf(candidates);
  const metrics = metricNames(choices.metrics, known, terms).map((name) => metricAmong(name, rows, terms));
  const labels = groupLabels(candidates, rows, terms);
  const groups = groupsOf(rows, params.filter((path) => !terms.seeds.includes(path)))
    .map((group): LabelledGroup => ({ ...group, label: labels.get(group.name)! }));
  const judged = metrics.filter(({ better }) => better !== null);
  const baseline = baselineOf(choices.baseline, groups);
  return {
    params,
    metrics,
    best: Object.fromEntries(judged.map((metric) => [metric.name, bestOf(groups, metric)])),
    rows,
    dependsOn: Object.fromEntries(terms.figures.map(({ name, dependsOn }) => [name, dependsOn])),
    groups: choices.sort === undefined ? groups : sortGroups({ groups, rows }, choices.sort, known, terms),
    tests: judged.flatMap((metric) => testsAgainst(baseline, rows, metric)),
  };
}

function metricNames(wanted: ComparisonChoices["metrics"], { metrics }: Names, { figures }: Terms): string[] {
  if (wanted === undefined) {
    return figures.filter(({ name, usual }) => usual && metrics.includes(name)).map(({ name }) => name);
  }
  const unknown = wanted.find((name) => !metrics.includes(name));
  if (unknown === undefined) return [...new Set(wanted)];
  throw new UsageError(`No run has a figure "${unknown}". ${suggestion(unknown, metrics)}`);
}

function baselineOf(wanted: string | undefined, groups: readonly LabelledGroup[]): string {
  if (wanted === undefined) return groups[0]?.name;
  const group = groups.find(({ name }) => name === wanted) ?? groups.find(({ label }) => label === wanted);
  if (group !== undefined) return group.name;
  const names = [...new Set(groups.flatMap(({ name, label }) => [name, label]))];
  throw new UsageError(`There is no experiment "${wanted}" to test the others against. ${suggestion(wanted, names)}`);
}

/** The groups with the best mean; none if there is nothing to compare. */
function bestOf(groups: readonly SeedGroup[], { name, better }: Metric): string[] {
  if (groups.length < 2) return [];
  const means = groups.map(({ metrics }) => metrics[name]?.mean ?? null);
  const [best] = means.toSorted((a, b) => compareFigures(a, b, better));
  return groups.filter((_, i) => Number.isFinite(best) && means[i] === best).map((group) => group.name);
}
