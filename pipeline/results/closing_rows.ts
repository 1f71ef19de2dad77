/** The table that ends a run: its figures, what they call for saying, and the files that it left. */
import type { FinishedRun } from "../define/finished_run.ts";
import type { Pipeline } from "../define/pipeline.ts";
import { type ShownFigure, summaryOf } from "../pages/run_summary.ts";
import { resultFiles } from "./results.ts";

/** A row: what it is about, what is said of it, and what is said after that, less loudly. */
export interface ClosingRow {
  kind: "headline" | "figure" | "remark" | "files";
  name: string;
  text: string;
  note?: string;
}

/** Names of files in a row. */
const PER_ROW = 6;

/** The rows of a finished run. */
export function closingRows(pipeline: Pipeline, run: FinishedRun): ClosingRow[] {
  const { headline, figures, remarks } = summaryOf(run);
  const { charts, exports } = resultFiles(pipeline, run);
  return [
    ...(headline === null ? [] : [rowOf("headline", headline)]),
    ...figures.map((figure) => rowOf("figure", figure)),
    ...rows("remark", "note", remarks.map(({ text }) => text)),
    ...rows("files", "pictures", joined(charts)),
    ...rows("files", "files", joined([...exports, "manifest.json", "run.json"])),
  ];
}

function rowOf(kind: ClosingRow["kind"], { title, text, note }: ShownFigure): ClosingRow {
  return { kind, name: title, text, ...(note === undefined ? {} : { note }) };
}

/** Rows that belong together: the first one has the name. */
function rows(kind: ClosingRow["kind"], name: string, texts: readonly string[]): ClosingRow[] {
  return texts.map((text, i) => ({ kind, name: i === 0 ? name : "", text }));
}

function joined(names: readonly string[]): string[] {
  const count = Math.ceil(names.length / PER_ROW);
  return Array.from({ length: count }, (_, i) => names.slice(i * PER_ROW, (i + 1) * PER_ROW).join("  "));
}
