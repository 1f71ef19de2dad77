/** Seed groups: the runs of one experiment that differ in nothing but their seeds, and what they amount to together. */
import { type Params, SEEDS, spelling, type Value } from "./flat_params.ts";
import { type Estimate, estimate } from "./statistics.ts";

/** A run that is compared. */
export interface ComparedRun {
  run: string;
  /** The name of its seed group. */
  group: string;
  /** What its chance was: the same draw of two experiments is a pair. `7`, or `train 7, batch 8` where they differ. */
  draw: string;
  /** Its values of the params that differ; undefined where it has none. */
  params: Record<string, Value | undefined>;
  /** All of its figures. */
  metrics: Record<string, number | null>;
}

/** The runs of one experiment over seeds; a run without others is a group of its own. */
export interface SeedGroup {
  /** The experiment: `two-layer`, or `two-layer@train.epochs=60`. */
  name: string;
  runs: string[];
  /** How many different draws there are. */
  seeds: number;
  /** The params that differ between groups. */
  params: Record<string, Value | undefined>;
  /** Of each figure, over the runs that have it. A draw that is there twice counts once. */
  metrics: Record<string, Estimate | null>;
}

/** A run before it has a group. */
export interface Candidate {
  run: string;
  params: Params;
  figures: ReadonlyMap<string, number | null>;
}

/** Runs put into groups: for each run, in their order, the name of its group. */
export function groupNames(runs: readonly Candidate[]): string[] {
  const keys = runs.map(({ run, params }) => spelling([withoutSeeds(run), choicesOf(params)]));
  const firstOf = new Map<string, number>();
  keys.forEach((key, i) => firstOf.has(key) || firstOf.set(key, i));
  // Two groups of the same name differ in what the file said when they ran; each goes by its first run.
  const taken = new Map<string, number>();
  for (const first of firstOf.values()) {
    const name = withoutSeeds(runs[first].run);
    taken.set(name, (taken.get(name) ?? 0) + 1);
  }
  return keys.map((key) => {
    const { run } = runs[firstOf.get(key)!];
    const name = withoutSeeds(run);
    return taken.get(name)! > 1 ? run : name;
  });
}

/** The name of a run without the seeds that were changed: `two-layer@seed=7,train.epochs=2` → `two-layer@train.epochs=2`. */
export function withoutSeeds(run: string): string {
  const at = run.lastIndexOf("@");
  if (at < 0) return run;
  const kept = run.slice(at + 1).split(",").filter((change) => !SEEDS.includes(change.replace(/=\d+$/, "")));
  return kept.length === 0 ? run.slice(0, at) : `${run.slice(0, at)}@${kept.join(",")}`;
}

function choicesOf(params: Params): Value {
  return [...params].filter(([path]) => !SEEDS.includes(path)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What the chance of a run was: the seed of its weights and that of its batch order. */
export function drawOf(params: Params): string {
  const [weights, order] = ["train.seed", "batch.seed"].map((path) => params.get(path) ?? params.get("seed"));
  return weights === order ? String(weights) : `train ${weights}, batch ${order}`;
}

/** The groups of some runs, in the order of their first runs. */
export function groupsOf(runs: readonly ComparedRun[], params: readonly string[]): SeedGroup[] {
  return [...Map.groupBy(runs, ({ group }) => group)].map(([name, members]) => {
    const draws = onePerDraw(members);
    const metrics = new Set(members.flatMap(({ metrics }) => Object.keys(metrics)));
    return {
      name,
      runs: members.map(({ run }) => run),
      seeds: draws.length,
      params: Object.fromEntries(params.map((path) => [path, members[0].params[path]])),
      metrics: Object.fromEntries(
        [...metrics].map((metric) => [metric, estimate(draws.flatMap((run) => run.metrics[metric] ?? []))]),
      ),
    };
  });
}

/** The first run of each draw. */
export function onePerDraw(runs: readonly ComparedRun[]): ComparedRun[] {
  return [...new Map(runs.toReversed().map((run) => [run.draw, run])).values()].reverse();
}
