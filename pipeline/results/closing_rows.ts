/** The table that ends a run: its figures, what they call for saying, and the files that it left. */
import type { FinishedRun } from "../define/finished_run.ts";
import type { Pipeline } from "../define/pipeline.ts";
import { summaryOf } from "../pages/run_summary.ts";
import { chartFiles, exportFiles } from "./results.ts";

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
  return [
    ...(headline === null ? [] : [rowOf("headline", headline)]),
    ...figures.map((figure) => rowOf("figure", figure)),
    ...remarks.map(({ text }, i): ClosingRow => ({ kind: "remark", name: i === 0 ? "note" : "", text })),
    ...fileRows("pictures", chartFiles(pipeline, run)),
    ...fileRows("files", [...exportFiles(pipeline, run), "manifest.json", "run.json"]),
  ];
}

function rowOf(
  kind: ClosingRow["kind"],
  { title, text, note }: { title: string; text: string; note?: string },
): ClosingRow {
  return { kind, name: title, text, ...(note === undefined ? {} : { note }) };
}

function fileRows(name: string, files: readonly string[]): ClosingRow[] {
  return Array.from({ length: Math.ceil(files.length / PER_ROW) }, (_, i) => ({
    kind: "files",
    name: i === 0 ? name : "",
    text: files.slice(i * PER_ROW, (i + 1) * PER_ROW).join("  "),
  }));
}
