/** The runs of a grid: the values that vary, and the best by a figure that is not computed from test data. */
import type { FigureTerms, Terms } from "../define/terms.ts";
import type { Column, Table } from "../pages/comparison_page.ts";
import { paramText } from "../text/param_text.ts";
import { compareRuns, type StoredRun } from "./compare_runs.ts";
import { figuresOf } from "./compared_figures.ts";
import { apartNotes, figureCell, plain } from "./comparison_table.ts";
import { commonExperiment, experimentOf, shortPaths } from "./labels.ts";
import { repeatedRuns } from "./groups.ts";

/** A grid as a table. */
export interface GridTable {
  /** One row per combination of the values, the mean over its seeds. */
  table: Table;
  /** The figure that the rows are sorted by, best first; null if there is none, and they are in the order of the grid. */
  by: FigureTerms | null;
  /** The names of the best: several if they are equal, none without a figure, or if it is not comparable or finite. */
  best: readonly string[];
  /** Whether a row is a mean over several seeds. */
  isMean: boolean;
  /** What is not compared, and why. */
  notes: readonly string[];
  warnings: readonly string[];
}

/** The paths that some runs were given several values of, without seeds; none if they are not a grid. */
export function variedPaths(runs: readonly StoredRun[], { seeds }: Pick<Terms, "seeds">): string[] {
  return [...new Set(runs.flatMap(({ choices = {} }) => Object.keys(choices)))].filter((path) => !seeds.includes(path));
}

/** Puts the runs of a grid into a table. */
export function gridTable(runs: readonly StoredRun[], terms: Terms): GridTable {
  const by = choosingFigure(runs, terms);
  const comparison = compareRuns(runs, terms, by === null ? {} : { metrics: [by.name], sort: by.name });
  const { groups, rows, metrics } = comparison;
  const paths = variedPaths(runs, terms);
  const choices = new Map(runs.map(({ name, choices = {} }) => [name, choices]));
  const members = Map.groupBy(rows, ({ group }) => group);
  // By test data, no run is better than another.
  const best = by === null ? {} : comparison.best;
  const isMean = groups.some(({ seeds }) => seeds > 1);
  const hasNames = groups.length > 1 && commonExperiment(groups.map(({ name }) => name)) === null;
  const columns: Column[] = [
    ...(hasNames ? [{ title: "experiment", kind: "name" } as const] : []),
    ...[...shortPaths(paths).values()].map((title): Column => ({ title, kind: "param" })),
    ...[...(isMean ? ["n"] : []), ...metrics.map(({ title }) => title)].map((title): Column => ({
      title,
      kind: "figure",
    })),
  ];
  const table = groups.map((group) => {
    const own = choices.get(group.runs[0])!;
    const texts = [
      ...(hasNames ? [experimentOf(group.name)] : []),
      ...paths.map((path) => paramText(own[path])),
      ...(isMean ? [String(group.seeds)] : []),
    ];
    const figures = metrics.map((metric) =>
      figureCell(group, metric, best, members.get(group.name)!, ({ std }) => std)
    );
    return [...texts.map(plain), ...figures];
  });
  return {
    table: { columns, rows: table },
    by,
    best: by === null ? [] : best[by.name] ?? [],
    isMean,
    notes: apartNotes(comparison),
    warnings: repeatedRuns(rows),
  };
}

/** The first figure that may choose of which all runs have a value; null if there is none. */
function choosingFigure(runs: readonly StoredRun[], { figures }: Terms): FigureTerms | null {
  const values = runs.map(({ metrics }) => figuresOf(metrics));
  return figures.find(({ name, chooses }) => chooses && values.every((own) => own.get(name) != null)) ?? null;
}
