/** The table at the end of a run: its figures, remarks on them, and the names of its files. */
import type { FinishedRun } from "../define/figure.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { type ShownFigure, summaryOf } from "../pages/run_summary.ts";
import { resultFiles } from "./results.ts";

/** A row: its heading, its text, and a less prominent note. */
export interface SummaryRow {
  kind: "headline" | "figure" | "remark" | "confirmed" | "files";
  name: string;
  text: string;
  note?: string;
}

const PER_ROW = 6;

/** The rows of a finished run. */
export function summaryRows(pipeline: Pipeline, run: FinishedRun): SummaryRow[] {
  const { headline, figures, remarks } = summaryOf(pipeline.figures, run);
  const { charts, exports } = resultFiles(pipeline, run);
  const figureRow = (kind: SummaryRow["kind"]) => ({ title, text, note }: ShownFigure): SummaryRow => {
    return { kind, name: title, text, ...(note === undefined ? {} : { note }) };
  };
  // Of rows that belong together, the first has the name.
  const rows = (kind: SummaryRow["kind"], heading: string, texts: readonly string[]) =>
    texts.map((text, i): SummaryRow => ({ kind, name: i === 0 ? heading : "", text }));
  const fileRows = (heading: string, names: readonly string[]) => {
    const lines = Map.groupBy(names.entries(), ([i]) => Math.floor(i / PER_ROW)).values();
    return rows("files", heading, [...lines].map((line) => line.map(([, name]) => name).join("  ")));
  };
  return [
    ...(headline === null ? [] : [headline]).map(figureRow("headline")),
    ...figures.map(figureRow("figure")),
    ...rows("remark", "note", remarks.filter(({ isGood }) => !isGood).map(({ text }) => text)),
    ...rows("confirmed", "note", remarks.filter(({ isGood }) => isGood).map(({ text }) => text)),
    ...fileRows("pictures", charts),
    ...fileRows("files", [...exports, "manifest.json", "run.json"]),
  ];
}
