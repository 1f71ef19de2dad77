/** The curves of compared runs over each other: a chart a figure, a curve an experiment, a band over its seeds. */
import { join } from "node:path";
import type { Chart, Series } from "../charts/marks.ts";
import type { Terms } from "../define/terms.ts";
import { ResultsError } from "../engine/run_errors.ts";
import { writeWhole } from "../results/whole_file.ts";
import type { Comparison } from "./compare_runs.ts";
import type { FoundRun } from "./stored_runs.ts";
import { curvesOf, type GroupCurve, type History, readHistory } from "./histories.ts";

/** More curves than these cannot be told apart. */
const MOST_CURVES = 12;

/** Said of curves of which one is made of several seeds. */
const BAND = "Each curve is the mean over the seeds; the band reaches from the lowest to the highest seed.";

/** The curves of a comparison. */
export interface ComparedCurves {
  /** One for every usual figure that some run has a column of. */
  charts: Chart[];
  /** What is said of all of them, and what is left out. */
  notes: string[];
}

/** Reads the histories of the compared runs, and makes their curves. */
export function comparedCurves({ groups, rows }: Comparison, runs: readonly FoundRun[], terms: Terms): ComparedCurves {
  const compared = new Set(rows.map(({ run }) => run));
  const histories = new Map<string, History>();
  const notes: string[] = [];
  for (const { name, folder } of runs.filter(({ name }) => compared.has(name))) {
    const history = readHistory(folder);
    if (history !== null) histories.set(name, history);
    else notes.push(`${join(folder, "history.csv")} is missing or damaged, so there is no curve for ${name}.`);
  }
  const shown = groups.slice(0, MOST_CURVES);
  if (groups.length > shown.length) {
    notes.push(`Only the first ${shown.length} of ${groups.length} experiments have curves.`);
  }
  let isBanded = false;
  const charts = terms.figures.flatMap(({ name, usual, form, curve }): Chart[] => {
    if (!usual || curve === null) return [];
    const { column, title, about } = curve;
    const series = curvesOf(shown, rows, histories, column).map(seriesOf);
    if (series.length === 0) return [];
    isBanded ||= series.some(({ band }) => band !== undefined);
    const marks = {
      kind: "lines",
      panels: [{ label: title, unit: form === "detail" ? "number" : form, series }],
      named: true,
    } as const;
    return [{ name, title, about, marks }];
  });
  return { charts, notes: [...(isBanded ? [BAND] : []), ...notes] };
}

function seriesOf({ name, seeds, mean, low, high }: GroupCurve): Series {
  return seeds > 1
    ? { label: `${name} (${seeds} seeds)`, values: mean, band: { low, high } }
    : { label: name, values: mean };
}

/**
 * Draws the curves into a folder, NAME.png for each figure. The folder is made if need be; other files in it stay.
 * @returns the files' paths.
 * @throws ResultsError when there is nothing to draw, or it cannot be written.
 */
export async function writeCurves({ charts, notes }: ComparedCurves, folder: string): Promise<string[]> {
  if (charts.length === 0) throw new ResultsError([...notes, "There are no curves to draw."].join("\n"));
  const { drawPicture } = await import("../charts/draw_picture.ts");
  const files = charts.map(({ name }) => join(folder, `${name}.png`));
  for (const [i, chart] of charts.entries()) writeWhole(files[i], await drawPicture(chart), "the curves");
  return files;
}
