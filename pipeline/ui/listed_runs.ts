/** The runs in a results folder, and nothing outside of it. */
import { join, sep } from "node:path";
import type { LiveState } from "../pages/live_sections.ts";
import { epochsDone } from "../pages/live_sections.ts";
import type { ListedRun, ListNews } from "../pages/ui_pages.ts";
import { readHistory } from "../compare/compare_charts.ts";
import { type FoundRun, runsIn } from "../compare/find_runs.ts";
import { livePathOf } from "../results/live_log.ts";
import { follow } from "./live_state.ts";

const LIVE = /^\.(.+)\.live$/;

/** All runs, those at work first. */
export function listedRuns(results: string): ListedRun[] {
  const live = liveRuns(results);
  const finished = runsIn(results).map((run): ListedRun => {
    const state = live.get(run.name);
    const { accuracy, loss, epochs } = run.metrics;
    return {
      name: run.name,
      status: state?.status ?? "finished",
      note: state === undefined ? "" : noteOf(state),
      layers: layersOf(run),
      seed: run.experiment.seed,
      accuracy: numberOrNull(accuracy),
      loss: numberOrNull(loss),
      epochs: numberOrNull(epochs),
    };
  });
  const fresh = [...live.values()].filter(({ name }) => !finished.some((run) => run.name === name)).map((
    state,
  ): ListedRun => ({
    ...{ name: state.name, status: state.status, note: noteOf(state), layers: state.layers },
    ...{ seed: null, accuracy: null, loss: null, epochs: null },
  }));
  const isLive = (run: ListedRun) => Number(run.status !== "finished");
  return [...fresh, ...finished].sort((a, b) => isLive(b) - isLive(a));
}

/** What has changed of late. */
export function newsOf(results: string): ListNews {
  const live = [...liveRuns(results).values()].map((state) => ({
    name: state.name,
    status: state.status,
    note: noteOf(state),
  }));
  return { live, finished: finishedMark(results) };
}

/** What is known of one run, at work or finished; null when there is none of this name. */
export function stateOfRun(results: string, name: string): LiveState | null {
  const live = liveRuns(results).get(name);
  if (live !== undefined) return live;
  const run = runsIn(results).find((one) => one.name === name);
  return run === undefined ? null : finishedState(run);
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

function finishedState(run: FoundRun): LiveState {
  const history = readHistory(run.folder) ?? {};
  const column = (name: string) => [...history[name] ?? []];
  return {
    name: run.name,
    status: "finished",
    layers: layersOf(run),
    stage: null,
    epochs: numberOrNull(run.metrics.epochs) ?? 0,
    trainLoss: column("train_loss"),
    trainAccuracy: column("train_accuracy"),
    testLoss: column("test_loss"),
    testAccuracy: column("test_accuracy"),
    reason: null,
  };
}

function liveRuns(results: string): Map<string, LiveState> {
  const states = entriesOf(results).flatMap((entry) => LIVE.exec(entry)?.[1] ?? []).flatMap((name) => {
    const folder = join(results, name);
    using follower = follow(folder, name);
    const state = follower.state();
    return state === null || isOutdone(state, folder) ? [] : [state];
  });
  return new Map(states.map((state) => [state.name, state]));
}

/** Whether a run that was broken off was finished later, by a run that found all of its stages stored. */
function isOutdone({ status }: LiveState, folder: string): boolean {
  return status !== "running" && timeOf(join(folder, "run.json")) > timeOf(livePathOf(folder));
}

/** When a path was last written; 0 when it is not there. */
function timeOf(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}

function noteOf(state: LiveState): string {
  return state.stage === null ? "" : `${state.stage} ${epochsDone(state)} of ${state.epochs}`;
}

/** Folders are exchanged when a run is done: their times tell. */
function finishedMark(results: string): string {
  const times = entriesOf(results).filter((entry) => !entry.startsWith(".")).map((entry) =>
    timeOf(join(results, entry))
  );
  return `${times.length} ${Math.max(0, ...times)}`;
}

function layersOf({ experiment }: FoundRun): string[] {
  const train = experiment.pipeline.train as { model?: unknown } | undefined;
  return Array.isArray(train?.model) ? train.model.map(String) : [];
}

function entriesOf(results: string): string[] {
  try {
    return [...Deno.readDirSync(results)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** Whether a path is there and, links followed, in the folder. */
function isInside(results: string, path: string): boolean {
  try {
    return Deno.realPathSync(path).startsWith(Deno.realPathSync(results) + sep);
  } catch {
    return false;
  }
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
