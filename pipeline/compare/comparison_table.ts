/** A comparison as tables of text, for terminals and pages; figures have no more digits than their intervals allow. */
import type { Cell, Column, Table } from "../pages/comparison_page.ts";
import { figureText } from "../text/numbers.ts";
import { paramText } from "../text/param_text.ts";
import type { Comparison } from "./compare_runs.ts";
import type { Metric } from "./compared_figures.ts";
import { commonExperiment, shortPaths } from "./labels.ts";
import { type ComparedRun, onePerDraw, type SeedGroup } from "./groups.ts";
import type { PairedTest, Verdict } from "./paired_test.ts";
import type { FigureTerms } from "../define/terms.ts";
import type { Estimate } from "./statistics.ts";

/**
 * One row per experiment, by its label: its params that differ, and its figures as mean ± half of the 95 % interval. With `each`, the
 * rows of its runs are below it.
 */
export function comparisonTable({ groups, rows, metrics, best }: Comparison, each: boolean): Table {
  const choices = Object.keys(groups[0]?.params ?? {});
  const columns: Column[] = [
    { title: headOf(groups), kind: "name" },
    ...[...shortPaths(choices).values()].map((title): Column => ({ title, kind: "param" })),
    ...["n", ...metrics.map(({ title }) => title)].map((title): Column => ({ title, kind: "figure" })),
  ];
  const members = Map.groupBy(rows, ({ group }) => group);
  const table = groups.map((group): Cell[][] => {
    const { name, label, params, seeds } = group;
    const all = members.get(name)!;
    const figures = metrics.map((metric) => figureCell(group, metric, best, all));
    const own = all.toSorted((a, b) =>
      Number(a.draw) - Number(b.draw) || (a.draw < b.draw ? -1 : a.draw > b.draw ? 1 : 0)
    );
    const runs = own.map((run) => [
      ...[`  ${runLabel(run, own)}`, ...choices.map(() => ""), ""].map(plain),
      ...metrics.map(({ name, form }) => plain(figureText(run.metrics[name], form))),
    ]);
    const whole = [...[label, ...choices.map((path) => paramText(params[path])), String(seeds)].map(plain), ...figures];
    return [whole, ...(each && runs.length > 1 ? runs : [])];
  });
  return { columns, rows: table.flat() };
}

/** A figure of a group with these runs; `spread` is what comes after the ± of its mean. */
export function figureCell(
  { name, metrics }: SeedGroup,
  metric: Metric,
  best: Comparison["best"],
  runs: readonly ComparedRun[],
  spread?: Spread,
): Cell {
  return {
    text: estimateText(metrics[metric.name], metric, spread) + shareText(metric.name, onePerDraw(runs)),
    best: best[metric.name]?.includes(name) ?? false,
  };
}

/** How many of the runs have the figure, or are those that make it infinite or NaN: " (1 of 3)". Empty for all of them. */
function shareText(metric: string, runs: readonly ComparedRun[]): string {
  const values = runs.map(({ metrics }) => metrics[metric]).filter((value) => value !== undefined);
  const cause = values.filter((value) => !Number.isFinite(value)).length || values.length;
  return cause === runs.length || cause === 0 ? "" : ` (${cause} of ${runs.length})`;
}

/** "seed 7" where that says which run of its experiment it is. */
function runLabel({ run, draw }: ComparedRun, all: readonly ComparedRun[]): string {
  return all.filter((other) => other.draw === draw).length > 1 ? run : `seed ${draw}`;
}

/** The label of a group. */
export function labelOf(name: string, groups: Comparison["groups"]): string {
  return groups.find((group) => group.name === name)?.label ?? name;
}

function headOf(groups: Comparison["groups"]): string {
  return commonExperiment(groups.map(({ name }) => name)) ?? "experiment";
}

/** The paired tests of one figure, one row per experiment. */
export function testTable(
  tests: readonly PairedTest[],
  { metrics, groups }: Pick<Comparison, "metrics" | "groups">,
): Table {
  const titles = [headOf(groups), "difference", "95 % interval", "p", "p (Holm)", "n", "verdict"];
  const columns = titles.map((title, i): Column => ({ title, kind: i === 0 || i === 6 ? "name" : "figure" }));
  const rows = tests.map((test) => {
    const metric = metrics.find(({ name }) => name === test.metric)!;
    const { difference, interval, p, adjusted, n, group } = test;
    const reach = interval === null ? Math.abs(difference ?? 0) : (interval[1] - interval[0]) / 2;
    const ends = interval?.map((end) => differenceText(end, reach, metric)).join(" to ") ?? "–";
    const mean = differenceText(difference, reach, metric);
    return [labelOf(group, groups), mean, ends, pValueText(p), pValueText(adjusted), String(n), verdictText(test)].map(
      plain,
    );
  });
  return { columns, rows };
}

/** Which figures are not compared, and why. */
export function apartNotes({ metrics }: Pick<Comparison, "metrics">): string[] {
  const apart = metrics.filter(({ differing }) => differing.length > 0);
  return [...Map.groupBy(apart, ({ differing }) => differing.join(", "))].map(([differing, figures]) =>
    `${figures.map(({ title }) => title).join(", ")}: not compared across different ${differing}`
  );
}

/** The tests that are worth a row: of a single seed, nothing is tested. */
export function shownTests(tests: readonly PairedTest[]): PairedTest[] {
  return tests.every(({ verdict }) => verdict === "too few seeds") ? [] : [...tests];
}

/** A cell that does not stand out. */
export function plain(text: string): Cell {
  return { text, best: false };
}

/** More decimal places than float32 has in a value of 1. */
const MAX_PLACES = 6;

type Form = Pick<FigureTerms, "form">;

/** What is written after the ± of a mean. */
export type Spread = (estimate: Estimate) => number | null;

const halfOfInterval: Spread = ({ interval, mean }) => interval && interval[1] - mean;

/** Mean and half of the 95 % interval, or another spread, to two digits of that: "96.77 ± 0.04 %", "404 ± 180". */
export function estimateText(
  estimate: Estimate | null | undefined,
  { form }: Form,
  spread: Spread = halfOfInterval,
): string {
  const half = estimate ? spread(estimate) : null;
  if (!estimate || half === null) return figureText(estimate?.mean, form);
  if (half === 0) return figureText(estimate.mean, form).replace(/^\S+/, "$& ± 0");
  const { scale, max, unit } = scaleOf(form);
  const values = [estimate.mean * scale, half * scale];
  const places = placesOf(values[1], max);
  const isTiny = places === MAX_PLACES && Number(values[1].toFixed(places)) === 0;
  const texts = isTiny
    ? values.map((value, i) => Number(value.toPrecision(i === 0 ? 4 : 2)))
    : values.map((value) => value.toFixed(places));
  return texts.join(" ± ") + unit;
}

/** A difference with its sign, of percentages in points: "+6.80". `reach` is half of its interval. */
export function differenceText(value: number | null, reach: number, { form }: Form): string {
  if (value === null) return "–";
  const { scale, max } = scaleOf(form);
  const text = (value * scale).toFixed(placesOf(reach * scale, max));
  return Number(text) > 0 ? `+${text}` : Number(text) === 0 ? text.replace("-", "") : text;
}

/** A p value: "0.031", "< 0.0001". */
export function pValueText(p: number | null): string {
  if (p === null) return "–";
  return p < 0.0001 ? "< 0.0001" : p.toFixed(p < 0.01 ? 4 : 3);
}

/** A verdict as text. */
function verdictText({ verdict, n }: Pick<PairedTest, "verdict" | "n">): string {
  const texts: Partial<Record<Verdict, string>> = {
    open: "no significant difference",
    same: "the same for every seed",
    "too few seeds": `not enough seeds: ${n} in common`,
    "no spread": `not testable: no measurable spread over ${n} seeds`,
    "not finite": "not testable: infinite, NaN or missing for a seed",
  };
  return texts[verdict] ?? verdict;
}

function scaleOf(form: FigureTerms["form"]): { scale: number; max: number; unit: string } {
  return form === "percent" ? { scale: 100, max: 2, unit: " %" } : { scale: 1, max: MAX_PLACES, unit: "" };
}

function placesOf(uncertainty: number, max: number): number {
  if (uncertainty === 0) return Math.min(max, 4);
  return Math.min(max, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
}
