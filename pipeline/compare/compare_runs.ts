/**
 * Compares finished runs: differing params, figures, paired tests over equal seeds. And which runs are compared, in which
 * order: `--filter` and `--sort`. Plain data in, plain data out.
 */
import type { Terms } from "../define/terms.ts";
import { UsageError } from "../engine/run_errors.ts";
import type { Plain } from "../engine/store/digest.ts";
import { suggestion } from "../text/suggestion.ts";
import { compareFigures, figuresOf, type Metric, metricAmong, type Outputs } from "./compared_figures.ts";
import { type Condition, holds, parseCondition, typedNumber, wrong } from "./condition.ts";
import { differingPaths, paramsOf, pathsNamed, spelling } from "./labels.ts";
import { type Candidate, type ComparedRun, comparedRuns, groupLabels, groupsOf, type SeedGroup } from "./groups.ts";
import { type PairedTest, testsAgainst } from "./paired_test.ts";

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

/** All figures and params that some runs have. */
export type Names = ReturnType<typeof namesOf>;

/** All figures and params that some runs have. */
export function namesOf(runs: readonly Candidate[]) {
  return {
    metrics: [...new Set(runs.flatMap(({ figures }) => [...figures.keys()]))],
    params: [...new Set(runs.flatMap(({ params }) => [...params.keys()]))].sort(),
  };
}

/**
 * The runs for which all conditions hold. A param is the run's own. A figure is the mean of the run's seed group, so that
 * seeds are not selected by their results.
 * @throws UsageError for a malformed condition, or a name that no run has.
 */
export function filterRuns(runs: readonly Candidate[], filters: readonly string[], terms: Terms): Candidate[] {
  const names = namesOf(runs);
  const rows = comparedRuns(runs, [], terms);
  const groups = new Map(groupsOf(rows, []).map((group) => [group.name, group]));
  const tests = filters.map((text) => {
    const condition = parseCondition("filter", text, true);
    const { metric, path } = resolved(condition.left.text, names, (text) => wrong(condition, condition.left, text));
    return (run: Candidate, i: number) =>
      fits(metric === undefined ? run.params.get(path!) : meanIn(groups.get(rows[i].group)!, metric), condition);
  });
  return runs.filter((run, i) => tests.every((test) => test(run, i)));
}

/**
 * Groups in the order that `--sort` requests: best or smallest first; with a minus, worst or largest first. Those whose
 * figures are not compared with each other, because of what they depend on, are sorted apart.
 */
export function sortGroups<G extends SeedGroup>(
  { groups, rows }: { groups: readonly G[]; rows: readonly ComparedRun[] },
  sort: string,
  names: Names,
  terms: Terms,
): G[] {
  const reverse = sort.startsWith("-");
  const name = sort.replace(/^[-+]/, "");
  const { metric, path } = resolved(name, names, (text) => new UsageError(`--sort: ${text}`));
  if (metric === undefined) return groups.toSorted((a, b) => compareValues(a.params[path!], b.params[path!], reverse));
  const { differing } = metricAmong(metric, rows, terms);
  const better = terms.figures.find(({ name }) => name === metric)?.better ?? "lower";
  const kinds = Map.groupBy(groups, ({ runs }) => {
    const { dependsOn } = rows.find(({ run }) => run === runs[0])!;
    return spelling(differing.map((one) => dependsOn[one] ?? null));
  });
  return [...kinds.values()].flatMap((own) =>
    own.toSorted((a, b) => {
      const [left, right] = [meanIn(a, metric), meanIn(b, metric)];
      return compareFigures(left, right, better) * (reverse && left !== null && right !== null ? -1 : 1);
    })
  );
}

function meanIn({ metrics }: SeedGroup, metric: string): number | null {
  return metrics[metric]?.mean ?? null;
}

/** A figure takes precedence over a param that ends in the same word. */
function resolved(
  name: string,
  { metrics, params }: Names,
  error: (message: string) => UsageError,
): { metric?: string; path?: string } {
  if (metrics.includes(name)) return { metric: name };
  const paths = pathsNamed(name, params);
  if (paths.length === 1) return { path: paths[0] };
  if (paths.length > 1) throw error(`"${name}" may mean ${paths.join(" or ")}. Give more of the path.`);
  throw error(`No run has a figure or a param "${name}". ${suggestion(name, [...metrics, ...params])}`);
}

/** Numbers are compared as numbers, everything else for equality only. */
function fits(value: Plain | undefined, condition: Condition): boolean {
  const { operator, right } = condition;
  const number = typedNumber(right.text);
  if (typeof value === "number" && number !== null) return holds(value, operator, number);
  if (operator === "==" || operator === "!=") return isTyped(value, right.text) === (operator === "==");
  if (number === null) throw wrong(condition, right, `${operator} compares numbers, but this is not a number.`);
  return false;
}

/** Whether a value is what was typed. A list is if one of its entries is: `train.model==softmax`. */
function isTyped(value: Plain | undefined, text: string): boolean {
  if (value === undefined) return false;
  if (Array.isArray(value) && value.some((entry) => isTyped(entry, text))) return true;
  const bare = text.replace(/^"(.*)"$/s, "$1");
  if (typeof value === "number") return String(value) === text;
  return spelling(value) === text || (typeof value === "string" ? value : spelling(value)) === bare;
}

/** Numbers by size, everything else by its spelling; missing values come last either way. */
function compareValues(a: Plain | undefined, b: Plain | undefined, reverse: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const way = reverse ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return way * (a - b);
  const [left, right] = [spelling(a), spelling(b)];
  return left === right ? 0 : left < right ? -way : way;
}
