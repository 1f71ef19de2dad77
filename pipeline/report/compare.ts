/** Compares finished runs: which params differ, and how the figures do. */
import { plainDifferences } from "../cues.ts";
import { canonicalJson, type Plain } from "../digest.ts";

/** A finished run, as its results folder tells it. */
export interface FinishedRun {
  name: string;
  /** experiment.json */
  experiment: { seed: number; pipeline: Record<string, Plain> };
  /** metrics.json */
  metrics: Record<string, unknown>;
}

/** A comparison as plain data. */
export interface Comparison {
  /** Paths of the params that are not the same in all runs. */
  params: string[];
  metrics: string[];
  rows: ComparedRun[];
  /** Runs that differ in nothing but their seeds, summed up. */
  groups: SeedGroup[];
}

/** One run's row: its values of the params that differ, and its figures. */
export interface ComparedRun {
  run: string;
  params: Record<string, Plain | undefined>;
  metrics: Record<string, number | null>;
}

/** Mean and sample standard deviation of the figures over the seeds of one experiment. */
export interface SeedGroup {
  runs: string[];
  mean: Record<string, number>;
  std: Record<string, number>;
}

/** The figures that are compared, best known first. */
const METRICS = [
  ...["accuracy", "correct", "mean_batch_accuracy", "loss", "train_loss"],
  ...["train_clamped", "classes_predicted", "epochs"],
];
/** Params that are a run's chance, not its choice. */
const SEEDS = ["seed", "train.seed", "batch.seed"];

/** Compares runs. */
export function compareRuns(runs: readonly FinishedRun[]): Comparison {
  const flat = runs.map(({ experiment }) => ({ seed: experiment.seed, ...experiment.pipeline }) as Plain);
  const paths = flat.flatMap((params) => plainDifferences(flat[0], params, "").map(({ path }) => path));
  const params = [...new Set(paths)].sort()
    .filter((path) => !followsSeed(path, flat) && valuesAt(flat, path).length > 1);
  const rows = runs.map(({ name, metrics }, i) => ({
    run: name,
    params: Object.fromEntries(params.map((path) => [path, valueAt(flat[i], path)])),
    metrics: Object.fromEntries(METRICS.map((metric) => [metric, numberOrNull(metrics[metric])])),
  }));
  return { params, metrics: METRICS, rows, groups: groupsOf(rows) };
}

/** A stage's seed says nothing new where it is the experiment's in every run. */
function followsSeed(path: string, runs: readonly Plain[]): boolean {
  return path !== "seed" && SEEDS.includes(path) && runs.every((run) => valueAt(run, path) === valueAt(run, "seed"));
}

/** The values at a path that are not the same; runs that have none (another optimizer's option) do not count. */
function valuesAt(runs: readonly Plain[], path: string): string[] {
  const values = runs.map((run) => valueAt(run, path)).filter((value) => value !== undefined);
  return [...new Set(values.map(canonicalJson))];
}

function groupsOf(rows: readonly ComparedRun[]): SeedGroup[] {
  const groups = new Map<string, ComparedRun[]>();
  for (const row of rows) {
    const choices = Object.entries(row.params).filter(([path]) => !SEEDS.includes(path));
    const key = JSON.stringify(choices);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].filter((group) => group.length > 1).map((group) => ({
    runs: group.map(({ run }) => run),
    mean: Object.fromEntries(METRICS.map((metric) => [metric, mean(valuesOf(group, metric))])),
    std: Object.fromEntries(METRICS.map((metric) => [metric, standardDeviation(valuesOf(group, metric))])),
  }));
}

function valuesOf(group: readonly ComparedRun[], metric: string): number[] {
  return group.map(({ metrics }) => metrics[metric]).filter((value) => value !== null);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardDeviation(values: readonly number[]): number {
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) * (value - center), 0) / (values.length - 1));
}

function valueAt(value: Plain, path: string): Plain | undefined {
  let at: Plain | undefined = value;
  for (const segment of path.split(".")) at = (at as Record<string, Plain> | null | undefined)?.[segment];
  return at;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
