/** The page of several runs, one file. Loaded only when it must be written. */
import script from "../pages/built/comparison.js" with { type: "text" };
import { comparisonBody } from "../pages/comparison_page.ts";
import { COLOURS, type ComparisonData, type CurvesData, type TableData } from "../pages/page_data.ts";
import { documentOf } from "../pages/shell.ts";
import style from "../pages/style.css" with { type: "text" };
import type { Comparison } from "./compare_runs.ts";
import { curvesOf, type History } from "./group_curves.ts";
import { comparisonTable, testTable } from "./comparison_table.ts";
import { readHistory } from "./compare_charts.ts";
import type { FoundRun } from "./find_runs.ts";
import { hashForPolicy } from "../results/run_page.ts";

/** More curves than these cannot be told apart: each colour once whole and once dashed. */
const MOST_CURVES = 2 * COLOURS.length;

/** A title of names that is longer says how many there are instead. */
const LONGEST_TITLE = 48;

/** The page's bytes: the same for the same results. */
export function comparisonPage(comparison: Comparison, runs: readonly FoundRun[]): Uint8Array<ArrayBuffer> {
  const data = comparisonData(comparison, runs);
  const body = comparisonBody(data);
  const page = { title: `${data.title} · Retrace`, body, style, script, data: null, hash: hashForPolicy };
  return new TextEncoder().encode(documentOf(page));
}

/** What the page shows. */
export function comparisonData(comparison: Comparison, runs: readonly FoundRun[]): ComparisonData {
  const { groups, rows } = comparison;
  const histories = new Map<string, History>();
  const missing: string[] = [];
  for (const { name, folder } of runs) {
    const history = readHistory(folder);
    if (history === null) missing.push(name);
    else histories.set(name, history);
  }
  const shown = groups.slice(0, MOST_CURVES);
  const curves = [
    curvesFor("Test accuracy", "share of images classified right", "share", "test_accuracy"),
    curvesFor("Test loss per image", "cross-entropy", "number", "test_loss_per_image"),
    curvesFor("Clamped samples", "share of the training samples whose loss is clamped", "share", "train_clamped"),
  ];

  function curvesFor(title: string, about: string, unit: CurvesData["unit"], column: string): CurvesData {
    const series = curvesOf(shown, rows, histories, column).map(({ name, seeds, mean, low, high }, i) => ({
      label: seeds > 1 ? `${name} (${seeds} seeds)` : name,
      colour: COLOURS[i % COLOURS.length],
      dashed: i >= COLOURS.length,
      values: mean,
      ...(seeds > 1 ? { band: { low, high } } : {}),
    }));
    const band = series.some((one) => "band" in one)
      ? "; the mean, and the band from the lowest to the highest seed"
      : "";
    return { title, about: about + band, unit, firstEpoch: 0, series };
  }

  const notes = [
    ...(missing.length > 0 ? [`Without the curves of ${missing.join(", ")}: history.csv is missing or damaged.`] : []),
    ...(groups.length > shown.length ? [`Curves of the first ${shown.length} of ${groups.length} experiments.`] : []),
  ];
  return { title: titleOf(comparison), tables: tablesOf(comparison), curves, notes };
}

function titleOf({ groups, rows }: Comparison): string {
  const names = groups.map(({ name }) => name);
  const title = names.join(" · ");
  if (title.length <= LONGEST_TITLE) return title;
  return `${names.length} experiments, ${rows.length} runs`;
}

function tablesOf(comparison: Comparison): TableData[] {
  const { groups, tests, metrics } = comparison;
  const table: TableData = {
    ...comparisonTable(comparison, groups.some(({ seeds }) => seeds > 1)),
    title: "Figures",
    about: "Only the params that differ. ★ is the best; ± half of the 95 % interval of the mean over n seeds.",
  };
  const tested = metrics.filter(({ name }) => tests.some((test) => test.metric === name && test.p !== null));
  return [
    table,
    ...tested.map(({ name, title }): TableData => {
      const own = tests.filter(({ metric }) => metric === name);
      const about = "Paired t test over the seeds that both have; p corrected for the number of tests by Holm's way.";
      return { ...testTable(own, comparison), title: `${title} against ${own[0].baseline}`, about };
    }),
  ];
}
