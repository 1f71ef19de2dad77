/** The runs in a results folder, finished ones and those at work, as the ui shows them. */
import { join, sep } from "node:path";
import { figuresOf } from "../compare/compared_figures.ts";
import { type FoundRun, runsIn } from "../compare/stored_runs.ts";
import type { Experiment } from "../define/experiment.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { type ListedRun, type ListNews, stateCell } from "../pages/ui_pages.ts";
import { livePathOf } from "../results/live_log.ts";
import { runTitle } from "../results/run_title.ts";
import { follow, type FollowedRun } from "./live_state.ts";

const LIVE = /^\.(.+)\.live$/;

/** All runs, those at work first. */
export function listedRuns(pipeline: Pipeline, results: string): ListedRun[] {
  const live = runsAtWork(results);
  const finished = runsIn(results).map((run): ListedRun => {
    const now = live.find(({ name }) => name === run.name);
    return {
      ...(now === undefined ? { name: run.name, status: "finished", note: "" } : stateOf(now)),
      title: titleOf(pipeline, run),
      figures: Object.fromEntries(figuresOf(run.metrics)),
    };
  });
  const fresh = live.filter(({ name }) => !finished.some((run) => run.name === name))
    .map((run): ListedRun => ({ ...stateOf(run), title: run.title, figures: null }));
  return [
    ...fresh,
    ...finished.filter(({ status }) => status !== "finished"),
    ...finished.filter(({ status }) => status === "finished"),
  ];
}

/** What has changed since the list was sent. */
export function newsOf(results: string): ListNews {
  const live = runsAtWork(results).map((run) => ({ name: run.name, state: stateCell(stateOf(run)).text }));
  return { live, finished: finishedMark(results) };
}

/** What a run at work has said of itself; null when there is no such run. */
export function runAtWork(results: string, name: string): FollowedRun | null {
  return runsAtWork(results).find((run) => run.name === name) ?? null;
}

/** The folder of a run that is in the list, or null: names are compared with what is there, never made into paths. */
export function folderOf(results: string, name: string): string | null {
  const names = entriesOf(results).map((entry) => LIVE.exec(entry)?.[1] ?? entry);
  return names.includes(name) ? join(results, name) : null;
}

/** The bytes of a run's report; null when there is none inside the results folder. */
export function reportOf(results: string, name: string): Uint8Array<ArrayBuffer> | null {
  const folder = folderOf(results, name);
  const path = folder === null ? null : join(folder, "report.html");
  return path !== null && isInside(results, path) ? Deno.readFileSync(path) : null;
}

function runsAtWork(results: string): FollowedRun[] {
  return entriesOf(results).flatMap((entry) => LIVE.exec(entry)?.[1] ?? []).flatMap((name) => {
    const folder = join(results, name);
    using follower = follow(folder, name);
    const run = follower.run();
    return run === null || isOutdone(run, folder) ? [] : [run];
  });
}

/** Whether a run that was interrupted was finished later, by a run that found all of its stages stored. */
function isOutdone({ status }: FollowedRun, folder: string): boolean {
  return status !== "running" && timeOf(join(folder, "run.json")) > timeOf(livePathOf(folder));
}

/** When a path was last written; 0 when it does not exist. */
function timeOf(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}

function stateOf({ name, status, stage, epoch, epochs }: FollowedRun): Pick<ListedRun, "name" | "status" | "note"> {
  return { name, status, note: stage === null ? "" : `${stage} ${epoch} of ${epochs}` };
}

/** What was trained; empty where the pipeline makes nothing of the params that somebody else wrote. */
function titleOf(pipeline: Pipeline, { experiment }: FoundRun): string {
  try {
    return runTitle(pipeline, experiment as unknown as Experiment);
  } catch {
    return "";
  }
}

/** Folders are exchanged when a run is done, which their times tell. */
function finishedMark(results: string): string {
  const times = entriesOf(results).filter((entry) => !entry.startsWith(".")).map((entry) =>
    timeOf(join(results, entry))
  );
  return `${times.length} ${Math.max(0, ...times)}`;
}

function entriesOf(results: string): string[] {
  try {
    return [...Deno.readDirSync(results)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** Whether a path exists and, links followed, is in the folder. */
function isInside(results: string, path: string): boolean {
  try {
    return Deno.realPathSync(path).startsWith(Deno.realPathSync(results) + sep);
  } catch {
    return false;
  }
}
