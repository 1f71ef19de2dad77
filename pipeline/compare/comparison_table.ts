/** A comparison as tables of words, for a terminal, Markdown and pages alike. */
import type { Comparison } from "./compare_runs.ts";
import { figureText } from "../text/numbers.ts";
import { paramText } from "../text/param_text.ts";
import { shortPaths } from "./flat_params.ts";
import type { ComparedRun, SeedGroup } from "./groups.ts";
import type { PairedTest } from "./paired_test.ts";
import { differenceText, estimateText, pValueText, verdictText } from "./value_text.ts";

/** A column: what stands above it, and where its cells stand. */
export interface Column {
  title: string;
  kind: "name" | "param" | "figure";
}

/** What a cell says; `best` where no other experiment surpasses it. */
export interface Cell {
  text: string;
  best: boolean;
}

/** A table of words. */
export interface Table {
  columns: Column[];
  rows: Cell[][];
}

/**
 * A row an experiment: its params that differ, and its figures as mean ± half of the 95 % interval. With `each`, the rows
 * of its runs stand below it.
 */
export function comparisonTable({ groups, rows, metrics, best }: Comparison, each: boolean): Table {
  const choices = Object.keys(groups[0]?.params ?? {});
  const short = shortPaths(choices, choices);
  const columns: Column[] = [
    { title: "experiment", kind: "name" },
    ...choices.map((path): Column => ({ title: short.get(path)!, kind: "param" })),
    { title: "n", kind: "figure" },
    ...metrics.map(({ title }): Column => ({ title, kind: "figure" })),
  ];
  const rowOf = (group: SeedGroup): Cell[] => [
    plain(group.name),
    ...choices.map((path) => plain(paramText(group.params[path]))),
    plain(String(group.seeds)),
    ...metrics.map((metric): Cell => {
      const estimate = group.metrics[metric.name];
      const fewer = estimate && estimate.n < group.seeds ? ` (${estimate.n})` : "";
      return { text: estimateText(estimate, metric) + fewer, best: best[metric.name]?.includes(group.name) ?? false };
    }),
  ];
  const runRow = (run: ComparedRun): Cell[] => [
    plain(`  ${isSeedOf(run) ? `seed ${run.draw}` : run.run}`),
    ...choices.map(() => plain("")),
    plain(""),
    ...metrics.map((metric) => plain(figureText(run.metrics[metric.name], metric.form))),
  ];
  const members = Map.groupBy(rows, ({ group }) => group);
  const withRuns = (group: SeedGroup) =>
    each && group.runs.length > 1 ? members.get(group.name)!.map((run) => runRow(run)) : [];
  return { columns, rows: groups.flatMap((group) => [rowOf(group), ...withRuns(group)]) };
}

/** Whether "seed 7" says which run of its experiment it is. */
function isSeedOf({ run, group, draw }: ComparedRun): boolean {
  return run === group || run.endsWith(`@seed=${draw}`) || run.includes(`@seed=${draw},`) ||
    run.includes(`,seed=${draw}`);
}

/** The paired tests of one figure, a row an experiment. */
export function testTable(tests: readonly PairedTest[], { metrics }: Pick<Comparison, "metrics">): Table {
  const titles = ["experiment", "difference", "95 % interval", "p", "p (Holm)", "n", "verdict"];
  const columns = titles.map((title, i): Column => ({
    title,
    kind: i === 0 || i === titles.length - 1 ? "name" : "figure",
  }));
  const rows = tests.map((test) => {
    const metric = metrics.find(({ name }) => name === test.metric)!;
    const { difference, interval, p, adjusted, n, group } = test;
    const reach = interval === null ? Math.abs(difference ?? 0) : (interval[1] - interval[0]) / 2;
    const ends = interval?.map((end) => differenceText(end, reach, metric)).join(" to ") ?? "–";
    return [
      group,
      differenceText(difference, reach, metric),
      ends,
      pValueText(p),
      pValueText(adjusted),
      String(n),
      verdictText(test),
    ].map(plain);
  });
  return { columns, rows };
}

function plain(text: string): Cell {
  return { text, best: false };
}
