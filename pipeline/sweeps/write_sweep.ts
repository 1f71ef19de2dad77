/** Writes the files of a sweep into its folder, `NAME.sweep`, beside the folders of runs. */
import { join } from "node:path";
import { digestOfBytes } from "../engine/store/digest.ts";
import { readFile } from "../results/folder.ts";
import { writeWhole } from "../results/whole_file.ts";
import { csvBytes } from "../text/csv.ts";
import { sweepPictures } from "./sweep_charts.ts";
import { sweepPage } from "./sweep_page.ts";
import { type SweepReport, trialsBestFirst } from "./sweep_report.ts";

/** What is in the folder of a sweep. */
export const SWEEP_FILES = { report: "sweep.json", trials: "trials.csv", page: "sweep.html" } as const;

/** Writes what is known of a sweep. Each file is replaced as a whole, unless it is the same. @throws ResultsError */
export function writeSweep(folder: string, report: SweepReport, results: string): void {
  const write = writerOf(folder, results);
  write(SWEEP_FILES.report, new TextEncoder().encode(JSON.stringify(report, null, 1) + "\n"));
  write(SWEEP_FILES.trials, csvBytes(trialRows(report)));
  write(SWEEP_FILES.page, new TextEncoder().encode(sweepPage(report)));
}

/** Draws the pictures of a sweep that has ended, and writes them; returns their names. The canvas must be loaded. */
export async function writeSweepPictures(folder: string, report: SweepReport, results: string): Promise<string[]> {
  const pictures = await sweepPictures(report);
  pictures.forEach((bytes, name) => writerOf(folder, results)(name, bytes));
  return [...pictures.keys()];
}

/** Writes files whose bytes have changed. */
function writerOf(folder: string, results: string) {
  return (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const before = readFile(folder, name);
    if (before !== null && digestOfBytes(before) === digestOfBytes(bytes)) return;
    writeWhole(join(folder, name), bytes, name, results);
  };
}

/** trials.csv: a row per trial, best first. Brackets and rungs count from 1, as the page has them. */
function* trialRows(report: SweepReport): Generator<readonly unknown[]> {
  const { parameters, seeds, metric } = report;
  const figures = seeds.length === 1 ? [metric.name] : seeds.map((seed) => `${metric.name} (seed ${seed})`);
  yield ["trial", "bracket", "rung", "status", "epochs", ...parameters.map(({ path }) => path), ...figures, "reason"];
  for (const trial of trialsBestFirst(report)) {
    const { index, bracket, rung, status, epochs, choices, values, reason } = trial;
    const own = parameters.map(({ path }) => {
      const value = choices[path];
      return typeof value === "object" && value !== null ? JSON.stringify(value) : value ?? "";
    });
    yield [index, bracket + 1, rung + 1, status, epochs, ...own, ...values.map((value) => value ?? ""), reason];
  }
}
