/** The curves of compared runs over each other: a chart a figure, a curve an experiment, a band over its seeds. */
import type { Chart, Series, Unit } from "../charts/marks.ts";
import { join } from "node:path";
import { ResultsError } from "../engine/run_errors.ts";
import { writeWhole } from "../results/whole_file.ts";
import type { Comparison } from "./compare_runs.ts";
import type { FigureTerms, Terms } from "./comparison_terms.ts";
import type { FoundRun } from "./stored_runs.ts";
import { curvesOf, type GroupCurve, type History, readHistory } from "./histories.ts";

/** More curves than these cannot be told apart. */
const MOST_CURVES = 12;

const UNITS: Record<FigureTerms["form"], Unit> = {
  percent: "share",
  number: "number",
  count: "count",
  detail: "number",
};

/** The curves of a comparison. */
export interface ComparedCurves {
  /** One for every usual figure that some run has a column of. */
  charts: Chart[];
  /** The runs whose history.csv is missing or damaged. */
  missing: FoundRun[];
  /** How many experiments have no curve because there are too many. */
  left: number;
}

/** Reads the histories of the compared runs, and makes their curves. */
export function comparedCurves({ groups, rows }: Comparison, runs: readonly FoundRun[], terms: Terms): ComparedCurves {
  const compared = new Set(rows.map(({ run }) => run));
  const histories = new Map<string, History>();
  const missing: FoundRun[] = [];
  for (const run of runs.filter(({ name }) => compared.has(name))) {
    const history = readHistory(run.folder);
    if (history === null) missing.push(run);
    else histories.set(run.name, history);
  }
  const shown = groups.slice(0, MOST_CURVES);
  const charts = terms.figures.flatMap(({ name, usual, form, curve }): Chart[] => {
    if (!usual || curve === null) return [];
    const curves = curvesOf(shown, rows, histories, curve.column);
    if (curves.length === 0) return [];
    const panel = { label: curve.title, unit: UNITS[form], series: curves.map(seriesOf) };
    const note = curves.some(({ seeds }) => seeds > 1)
      ? { note: "Each curve is the mean over the seeds; the band reaches from the lowest to the highest seed." }
      : {};
    return [{
      name,
      title: curve.title,
      about: curve.about,
      marks: { kind: "lines", panels: [panel], named: true, ...note },
    }];
  });
  return { charts, missing, left: groups.length - shown.length };
}

function seriesOf({ name, seeds, mean, low, high }: GroupCurve): Series {
  return seeds > 1
    ? { label: `${name} (${seeds} seeds)`, values: mean, band: { low, high } }
    : { label: name, values: mean };
}

/**
 * Draws the curves into a folder, NAME.png for each figure. The folder is made if need be; other files in it stay.
 * @returns the files' paths, and warnings of runs that have no curve.
 * @throws ResultsError when there is nothing to draw, or it cannot be written.
 */
export async function writeCurves(
  { charts, missing }: ComparedCurves,
  folder: string,
): Promise<{ files: string[]; warnings: string[] }> {
  const warnings = missing.map((run) =>
    `${join(run.folder, "history.csv")} is missing or damaged, so there is no curve for ${run.name}.`
  );
  if (charts.length === 0) throw new ResultsError([...warnings, "There are no curves to draw."].join("\n"));
  const { drawPicture } = await import("../charts/draw_picture.ts");
  const files = charts.map(({ name }) => join(folder, `${name}.png`));
  for (const [i, chart] of charts.entries()) writeWhole(files[i], await drawPicture(chart), "the curves");
  return { files, warnings };
}
