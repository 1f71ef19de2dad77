/** The sweeps in a results folder: rows of the list, and the state of one, read again whenever its report has changed. */
import { join } from "node:path";
import type { Status } from "../pages/live_sections.ts";
import { type ListedSweep, stateCell } from "../pages/ui_pages.ts";
import { namesIn, statusIn } from "../results/folder.ts";
import { isSweep, readSweep } from "../sweeps/read_sweep.ts";
import { sweepContent } from "../sweeps/sweep_page.ts";
import { isConcluded } from "../sweeps/sweep_report.ts";
import { SWEEP_FILES } from "../sweeps/write_sweep.ts";
import { progressText, searchText, trialFigure } from "../sweeps/trial_text.ts";
import { type Html, markup } from "../text/markup.ts";

/** More sweeps are not listed. */
const MAX_SWEEPS = 200;

/** What a sweep's page shows. */
export interface SweepState {
  status: Status;
  content: Html;
}

/** The sweeps of a folder, by their names: a function that reads what has changed since it was last called. */
export function followSweeps(results: string): () => ListedSweep[] {
  const rows = new Map<string, () => ListedSweep>();
  return () => {
    const names = namesIn(results).filter(isSweep).slice(0, MAX_SWEEPS);
    for (const name of rows.keys()) if (!names.includes(name)) rows.delete(name);
    return names.map((name) =>
      rows.getOrInsertComputed(name, () => whenChanged(results, name, () => rowOf(results, name)))()
    );
  };
}

/** The states of sweeps as the news of a list has them. */
export function sweepNews(sweeps: readonly ListedSweep[]): { name: string; state: string }[] {
  return sweeps.map((sweep) => ({ name: sweep.name, state: stateCell(sweep).text }));
}

/** The state of a sweep: a function that reads it again if it has changed. */
export function followSweep(results: string, name: string): () => SweepState {
  return whenChanged(results, name, () => {
    const report = readSweep(join(results, name));
    if (typeof report === "string") {
      return { status: "damaged", content: markup`<div class="stall" role="note"><p>${report}</p></div>` };
    }
    const content = sweepContent(report, (run) => `/run?name=${encodeURIComponent(run.toWellFormed())}`);
    return { status: isConcluded(report) ? "finished" : "running", content };
  });
}

/** The result of `read`, which is called again only when the sweep's report is another one. */
function whenChanged<T extends object>(results: string, name: string, read: () => T): () => T {
  let [before, last]: [string, T | null] = ["", null];
  return () => {
    const now = JSON.stringify(statusIn(results, join(results, name, SWEEP_FILES.report)));
    if (last === null || now !== before) [before, last] = [now, read()];
    return last;
  };
}

function rowOf(results: string, name: string): ListedSweep {
  const report = readSweep(join(results, name));
  if (typeof report === "string") return { name, status: "damaged", note: report, title: "" };
  const { winner, trials, metric } = report;
  const isDone = isConcluded(report);
  const best = winner === null ? "" : `${metric.title} ${trialFigure(trials[winner.trial], report)}`;
  const note = [isDone ? "" : progressText(report), best].filter((part) => part !== "").join(", ");
  return { name, status: isDone ? "finished" : "running", note, title: searchText(report) };
}
