/** Which runs are compared, and in which order: `--filter` and `--sort`. */
import type { Terms } from "../define/terms.ts";
import { UsageError } from "../engine/run_errors.ts";
import type { Plain } from "../engine/store/digest.ts";
import { suggestion } from "../text/suggestion.ts";
import { compareFigures, metricAmong } from "./compared_figures.ts";
import { type Condition, holds, parseCondition, typedNumber, wrong } from "./condition.ts";
import { pathsNamed, spelling } from "./flat_params.ts";
import { type Candidate, type ComparedRun, comparedRuns, groupsOf, type SeedGroup } from "./groups.ts";

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
