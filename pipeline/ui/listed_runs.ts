/** The runs in a results folder, finished ones and those at work, as the ui shows them. */
import { join, sep } from "node:path";
import { figuresOf } from "../compare/comparison_terms.ts";
import { readHistory } from "../compare/histories.ts";
import { type FoundRun, runsIn } from "../compare/stored_runs.ts";
import type { Experiment } from "../define/experiment.ts";
import type { Pipeline } from "../define/pipeline.ts";
import { type ListedRun, type ListNews, stateCell } from "../pages/ui_pages.ts";
import { livePathOf } from "../results/live_log.ts";
import { runTitle } from "../results/run_title.ts";
import { follow, type FollowedRun } from "./live_state.ts";

const LIVE = /^\.(.+)\.live$/;

/** All runs, those at work first. */
export function listedRuns(pipeline: Pipeline, results: string): ListedRun[] {
  const live = liveRuns(results);
  const finished = runsIn(results).map((run): ListedRun => {
    const state = live.get(run.name);
    return {
      name: run.name,
      status: state?.status ?? "finished",
      note: state === undefined ? "" : noteOf(state),
      title: titleOf(pipeline, run),
      figures: Object.fromEntries(figuresOf(run.metrics)),
    };
  });
  const fresh = [...live.values()].filter(({ name }) => !finished.some((run) => run.name === name))
    .map((state): ListedRun => ({
      ...{ name: state.name, status: state.status, note: noteOf(state), title: state.title },
      figures: null,
    }));
  const isLive = (run: ListedRun) => Number(run.status !== "finished");
  return [...fresh, ...finished].sort((a, b) => isLive(b) - isLive(a));
}

/** What has changed since the list was sent. */
export function newsOf(results: string): ListNews {
  const live = [...liveRuns(results).values()].map((state) => ({
    name: state.name,
    state: stateCell({ status: state.status, note: noteOf(state) }).text,
  }));
  return { live, finished: finishedMark(results) };
}

/** What is known of one run, at work or finished; null when there is none of this name. */
export function stateOfRun(pipeline: Pipeline, results: string, name: string): FollowedRun | null {
  const live = liveRuns(results).get(name);
  if (live !== undefined) return live;
  const run = runsIn(results).find((one) => one.name === name);
  return run === undefined ? null : finishedState(pipeline, run);
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

/** A finished run has the figures of its history, and the others at its end. */
function finishedState(pipeline: Pipeline, run: FoundRun): FollowedRun {
  const history = readHistory(run.folder) ?? {};
  const last = figuresOf(run.metrics);
  const figures = pipeline.figures.flatMap(({ name, column }): [string, unknown[]][] => {
    const values = column === undefined ? undefined : history[column.name];
    if (values !== undefined) return [[name, [...values]]];
    return last.has(name) ? [[name, [last.get(name)]]] : [];
  });
  const { epochs } = run.metrics;
  return {
    ...{ name: run.name, status: "finished", title: titleOf(pipeline, run), stage: null, epoch: 0, reason: null },
    epochs: typeof epochs === "number" ? epochs : 0,
    experiment: run.experiment as unknown as Experiment,
    figures: Object.fromEntries(figures),
  };
}

function liveRuns(results: string): Map<string, FollowedRun> {
  const states = entriesOf(results).flatMap((entry) => LIVE.exec(entry)?.[1] ?? []).flatMap((name) => {
    const folder = join(results, name);
    using follower = follow(folder, name);
    const state = follower.state();
    return state === null || isOutdone(state, folder) ? [] : [state];
  });
  return new Map(states.map((state) => [state.name, state]));
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

function noteOf({ stage, epoch, epochs }: FollowedRun): string {
  return stage === null ? "" : `${stage} ${epoch} of ${epochs}`;
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
