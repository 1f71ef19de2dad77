/** The runs in a results folder, finished ones and those in progress, as the ui shows them. */
import { join } from "node:path";
import { figuresOf } from "../compare/compared_figures.ts";
import { runsIn } from "../compare/stored_runs.ts";
import type { Experiment } from "../define/experiment.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { type ListedRun, type ListNews, stateCell } from "../pages/ui_pages.ts";
import { namesIn, readFile, statusIn } from "../results/folder.ts";
import { livePathOf } from "../results/live_log.ts";
import { runTitle } from "../results/run_title.ts";
import { readRecord } from "../results/unfinished_run.ts";
import { follow, type FollowedRun, unlessFails } from "./live_state.ts";

const LIVE = /^\.(.+)\.live$/;
/** Characters of a reason in the list. */
const MAX_REASON = 48;
const UNFINISHED = /^\.(.+)\.unfinished\.json$/;

/** All runs, those in progress first. */
export function listedRuns(pipeline: Pipeline, results: string): ListedRun[] {
  const live = new Map(runsInProgress(results).map((run) => [run.name, run]));
  const finished = runsIn(results).map(({ name, metrics, experiment }): ListedRun => {
    const now = live.get(name);
    live.delete(name);
    return {
      ...(now === undefined ? { name, status: "finished", note: "" } : stateOf(now, true)),
      // The pipeline may not understand the params of an untrusted run.
      title: unlessFails(() => runTitle(pipeline, experiment as unknown as Experiment)) ?? "",
      figures: Object.fromEntries(figuresOf(metrics)),
    };
  });
  const fresh = [...live.values()].map((run): ListedRun => ({
    ...stateOf(run, false),
    title: run.title,
    figures: null,
  }));
  const rank = ({ status }: ListedRun) => Number(status === "finished");
  return [...fresh, ...finished.sort((a, b) => rank(a) - rank(b))];
}

/** What has changed since the list was sent. */
export function newsOf(results: string): ListNews {
  const live = runsInProgress(results).map((run) => ({
    name: run.name,
    state: stateCell(stateOf(run, statusIn(results, join(results, run.name, "metrics.json")) !== null)).text,
  }));
  // A folder is replaced when its run has finished, which changes its time.
  const folders = namesIn(results).filter((entry) => !entry.startsWith("."));
  return {
    live,
    finished: `${folders.length} ${Math.max(0, ...folders.map((entry) => timeOf(results, join(results, entry))))}`,
  };
}

/** The state of a run in progress, or one that was not finished; null if there is no such run. */
export function runInProgress(results: string, name: string): FollowedRun | null {
  return runsInProgress(results).find((run) => run.name === name) ?? null;
}

/** The folder of a run in the list, or null: names are compared with the existing ones, never made into paths. */
export function folderOf(results: string, name: string): string | null {
  const names = namesIn(results).map((entry) => (LIVE.exec(entry) ?? UNFINISHED.exec(entry))?.[1] ?? entry);
  return names.includes(name) ? join(results, name) : null;
}

/** The bytes of a run's report; null if there is none inside the results folder. Links are not followed. */
export function reportOf(results: string, name: string): Uint8Array<ArrayBuffer> | null {
  const folder = folderOf(results, name);
  return folder === null ? null : readFile(folder, "report.html");
}

/** Runs in progress, and those that failed, were stopped or were killed and have not been finished since. */
function runsInProgress(results: string): FollowedRun[] {
  const entries = namesIn(results);
  const logged = loggedRuns(entries, results);
  const failed = entries.flatMap((entry) => UNFINISHED.exec(entry)?.[1] ?? []).flatMap((name) => {
    const record = logged.some((run) => run.name === name) ? null : readRecord(join(results, name));
    return record === null ? [] : { ...record, name, experiment: record.experiment ?? { name, seed: 0, pipeline: {} } };
  });
  return [...logged, ...failed];
}

function loggedRuns(entries: readonly string[], results: string): FollowedRun[] {
  return entries.flatMap((entry) => LIVE.exec(entry)?.[1] ?? []).flatMap((name) => {
    const folder = join(results, name);
    using follower = follow(folder, name);
    // A log that cannot be read hides no other run.
    const run = unlessFails(() => follower.run());
    return run === null || isOutdated(run, results, folder) ? [] : [run];
  });
}

/** Whether a run that was interrupted was finished later, by a run that found all of its stages stored. */
function isOutdated({ status }: FollowedRun, results: string, folder: string): boolean {
  return status !== "running" && timeOf(results, join(folder, "run.json")) > timeOf(results, livePathOf(folder));
}

/** When a path in the results folder was last written; 0 if it does not exist. */
function timeOf(results: string, path: string): number {
  return statusIn(results, path)?.modified ?? 0;
}

/** What happened later to a run with results does not hide them. */
function stateOf(run: FollowedRun, hasResults: boolean): Pick<ListedRun, "name" | "status" | "note" | "later"> {
  const { name, status, stage, epoch, epochs, reason } = run;
  // The whole reason is on the run's page.
  const cause = reason !== null && reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
  const note = [stage === null ? null : `${stage} ${epoch} of ${epochs}`, cause].filter((one) => one !== null).join(
    ": ",
  );
  return hasResults && status !== "running"
    ? { name, status: "finished", note, later: status }
    : { name, status, note };
}
