/** The list of runs as a table: brief names, figures with one column per unit, and the params that differ. */
import { differingPaths, type Params, shortPaths, spelling } from "../compare/flat_params.ts";
import { briefNames } from "../compare/labels.ts";
import { type FigureDefinition, headingOf } from "../define/figure.ts";
import type { ListColumn, ListedRun } from "../pages/ui_pages.ts";
import { figureText } from "../text/numbers.ts";
import { paramText } from "../text/param_text.ts";

/** What stands for the names of runs where they are long; `seeds` are the paths of the pipeline's seeds. */
export function listNames(runs: readonly ListedRun[], seeds: readonly string[]): Map<string, string> {
  return briefNames(runs.map((run) => ({ name: run.name, params: paramsIn(run) })), seeds);
}

/** The columns for these runs. */
export function listColumns(
  runs: readonly ListedRun[],
  figures: readonly FigureDefinition[],
  seeds: readonly string[],
): ListColumn[] {
  const all = runs.map(paramsIn);
  const paths = differingPaths(all, seeds);
  const titles = shortPaths(paths);
  return [
    ...figures.flatMap((figure) => figureColumns(figure, runs)),
    ...paths.map((path): ListColumn => {
      const texts = all.map((params) => params.has(path) ? paramText(params.get(path)) : "");
      return { title: titles.get(path)!, kind: "text", texts };
    }),
  ];
}

/** A figure's column; one per unit where the runs have it in several: a summed loss is no larger than a mean one. */
function figureColumns(figure: FigureDefinition, runs: readonly ListedRun[]): ListColumn[] {
  const { name, form, dependsOn = [] } = figure;
  const having = runs.filter(({ figures }) => figures !== null && Object.hasOwn(figures, name)).map(paramsIn);
  const paths = dependsOn.filter((path) => new Set(having.map((params) => spelling(params.get(path)))).size > 1);
  const unitOf = (params: Params) => paths.map((path) => paramText(params.get(path))).join(", ");
  const units = [...new Set(having.map(unitOf))].sort();
  // Without runs that have it, there is still a column.
  return (units.length === 0 ? [""] : units).map((unit) => ({
    title: headingOf(figure) + (unit === "" ? "" : ` (${unit})`),
    kind: "figure",
    texts: runs.map((run) =>
      paths.length > 0 && unitOf(paramsIn(run)) !== unit ? "" : figureText(run.figures?.[name], form)
    ),
  }));
}

function paramsIn({ params }: ListedRun): Params {
  return (params ?? new Map()) as Params;
}
