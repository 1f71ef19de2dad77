/** The curves of compared runs in shared charts: one chart per figure, one curve per experiment, a band over its seeds. */
import { join } from "node:path";
import type { Chart, Series } from "../charts/marks.ts";
import type { Terms } from "../define/terms.ts";
import { ResultsError } from "../engine/run_errors.ts";
import { MAX_SHOWN_BYTES, readFile } from "../results/folder.ts";
import { editedFiles } from "../results/written_files.ts";
import { writeWhole } from "../results/whole_file.ts";
import type { Comparison } from "./compare_runs.ts";
import { onePerDraw } from "./groups.ts";
import type { FoundRun } from "./stored_runs.ts";

/** More curves than these cannot be distinguished. */
const MAX_CURVES = 12;

/** A file with more is not drawn. */
const [MAX_EPOCHS, MAX_COLUMNS] = [100_000, 100];

const BAND = "Each curve is the mean over the seeds; the band reaches from the lowest to the highest seed.";

/** history.csv: one list per column, in the order of the epochs; null for an empty field. */
export type History = Readonly<Record<string, readonly (number | null)[]>>;

/** Reads histories; returns a chart for every usual figure that some run has a column of, and notes on all of them. */
export function comparedCurves(comparison: Comparison, runs: readonly FoundRun[], terms: Terms) {
  const { groups, rows } = comparison;
  const histories = new Map<string, History>();
  const notes: string[] = [];
  const columns = terms.figures.filter(({ curve }) => curve !== null).map(({ name }) => name);
  const hasCurves = ({ metrics }: Comparison["rows"][number]) => columns.some((name) => Object.hasOwn(metrics, name));
  const drawn = new Set(rows.filter(hasCurves).map(({ run }) => run));
  for (const { name, folder, written } of runs.filter(({ name }) => drawn.has(name))) {
    const bytes = readFile(folder, "history.csv", MAX_SHOWN_BYTES);
    notes.push(...editedFiles(folder, { "history.csv": bytes }, written).map((text) => `${text}.`));
    const history = parseHistory(new TextDecoder().decode(bytes ?? undefined));
    // Only what is drawn is kept.
    const kept = Object.entries(history ?? {}).filter(([column]) =>
      terms.figures.some(({ curve }) => curve?.column === column)
    );
    const problem = "is missing, damaged or too large";
    if (history !== null) histories.set(name, Object.fromEntries(kept));
    else notes.push(`${join(folder, "history.csv")} ${problem}, so there is no curve for ${name}.`);
  }
  const shown = groups.slice(0, MAX_CURVES);
  if (groups.length > shown.length) {
    notes.push(`Only the first ${shown.length} of ${groups.length} experiments have curves.`);
  }
  const charts = terms.figures.flatMap(({ name, usual, form, curve }): Chart[] => {
    if (!usual || curve === null) return [];
    const { column, title, about } = curve;
    const series = curvesOf({ groups: shown, rows }, histories, column);
    const marks = {
      kind: "lines",
      panels: [{ label: title, unit: form === "detail" ? "number" : form, series }],
      named: true,
    } as const;
    return series.length === 0 ? [] : [{ name, title, about, marks }];
  });
  const isBanded = charts.some(({ marks }) =>
    marks.kind === "lines" && marks.panels[0].series.some(({ band }) => band !== undefined)
  );
  return { charts, notes: [...(isBanded ? [BAND] : []), ...notes] };
}

/** Reads history.csv; null if a row is incomplete, a field is no number, Infinity or NaN, or there are too many. */
export function parseHistory(csv: string): History | null {
  const [head, ...rows] = csv.trimEnd().split("\n");
  const names = head.split(",");
  if (rows.length === 0 || names.length > MAX_COLUMNS || rows.length > MAX_EPOCHS) return null;
  const columns = names.map((): (number | null)[] => []);
  const isField = (field: string) => field === "NaN" || !Number.isNaN(Number(field));
  // Row by row: all fields as texts would take many times the file's size.
  for (const row of rows) {
    const fields = row.split(",");
    if (fields.length !== names.length || !fields.every(isField)) return null;
    fields.forEach((field, i) => columns[i].push(field === "" ? null : Number(field)));
  }
  const history: History = Object.fromEntries(names.map((name, i) => [name, columns[i]]));
  return history.epoch?.every((epoch, i) => epoch === i) ? history : null;
}

/** The curves of a column for the groups whose runs have it. null is a gap: not all seeds have a value there. */
export function curvesOf(
  { groups, rows }: Pick<Comparison, "groups" | "rows">,
  histories: ReadonlyMap<string, History>,
  column: string,
): Series[] {
  return groups.flatMap(({ name, label }): Series[] => {
    const runs = onePerDraw(rows.filter(({ run, group }) => group === name && histories.get(run)?.[column]));
    const curves = runs.map(({ run }) => histories.get(run)![column]);
    if (curves.length < 2) return curves.map((values) => ({ label, values }));
    const epochs = Math.max(...curves.map(({ length }) => length));
    const over = (combine: (values: number[]) => number) =>
      Array.from({ length: epochs }, (_, epoch) => {
        const known = curves.map((values) => values[epoch]).filter((value) => typeof value === "number");
        return known.length === curves.length ? combine(known) : null;
      });
    return [{
      label: `${label} (${runs.length} seeds)`,
      values: over((known) => known.reduce((sum, value) => sum + value, 0) / known.length),
      band: { low: over((known) => Math.min(...known)), high: over((known) => Math.max(...known)) },
    }];
  });
}

/**
 * Draws the curves into a folder, NAME.png for each figure; returns their paths.
 * @throws ResultsError if there is nothing to draw, or it cannot be written.
 */
export async function writeCurves(
  { charts, notes }: ReturnType<typeof comparedCurves>,
  folder: string,
): Promise<string[]> {
  if (charts.length === 0) throw new ResultsError([...notes, "There are no curves to draw."].join("\n"));
  const { drawPicture } = await import("../charts/png/draw_picture.ts");
  const files = charts.map(({ name }) => join(folder, `${name}.png`));
  for (const [i, chart] of charts.entries()) writeWhole(files[i], await drawPicture(chart), "the curves");
  return files;
}
