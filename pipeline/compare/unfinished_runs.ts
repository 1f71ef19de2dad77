/** Runs that have no results because they failed, were stopped or are in progress, next to those that are compared. */
import { basename, dirname, join } from "node:path";
import type { Table } from "../pages/comparison_page.ts";
import { type UnfinishedRun, unfinishedRun, unfinishedText } from "../results/unfinished_run.ts";
import { plain } from "./comparison_table.ts";
import { expandGlob } from "./glob.ts";
import { holdsRun } from "./stored_runs.ts";

/** A run without results, and where they would be. */
export interface FoundUnfinished extends UnfinishedRun {
  name: string;
  folder: string;
  /** Whether it was named itself, and not by a glob or an experiment file. */
  named: boolean;
}

/** Whether a run with these results was at least begun. */
export function isBegun(folder: string): boolean {
  return holdsRun(folder) || unfinishedRun(folder) !== null;
}

/** What a glob for folders of results matches, and the folders of runs that it would match if they were finished. */
export function begunRuns(pattern: string): string[] {
  const remains = expandGlob(join(dirname(pattern), `.${basename(pattern)}.{live,unfinished.json}`));
  const folders = remains.map((path) =>
    join(dirname(path), basename(path).replace(/^\.(.+)\.(live|unfinished\.json)$/, "$1"))
  );
  return [...new Set([...expandGlob(pattern), ...folders])].sort();
}

/** One row per run: why it has no results. */
export function unfinishedTable(runs: readonly FoundUnfinished[]): Table {
  return {
    columns: [{ title: "no results", kind: "name" }, { title: "why", kind: "param" }],
    rows: runs.map((run) => [run.name, unfinishedText(run)].map(plain)),
  };
}

/** The fields for programs. */
export function unfinishedData({ name: run, folder, status, stage, epoch, epochs, reason }: FoundUnfinished) {
  return { run, folder, status, stage, epoch, epochs, reason };
}
