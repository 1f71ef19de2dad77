/** The runs of a results folder that have a log, those in progress, or the record of a failure. */
import { join } from "node:path";
import { beside, namesIn, statusIn, unreadableBecause } from "../results/folder.ts";
import { livePathOf } from "../results/live_log.ts";
import { MAX_RECORD_BYTES, readRecord } from "../results/unfinished_run.ts";
import { emptyRun, follow, type FollowedRun, type Follower } from "./live_state.ts";

const LIVE = /^\.(.+)\.live$/;
const UNFINISHED = /^\.(.+)\.unfinished\.json$/;
/** More logs than these, which stay open, are not followed, and more records are not read. */
const MAX_LOGS = 200;

/** Follows all logs of a folder. Each is read once, and the figures in it are not kept. */
export interface LiveRuns extends Disposable {
  /** Their present states, in the order of their names. */
  states(): FollowedRun[];
}

/** The name of the run that a log or a record of this name belongs to; null if it is neither. */
export function runOfRemains(entry: string): string | null {
  return (LIVE.exec(entry) ?? UNFINISHED.exec(entry))?.[1] ?? null;
}

/** Follows the runs in progress, and returns with them those that failed, or were stopped, and have not finished since. */
export function followAll(results: string): LiveRuns {
  const followers = new Map<string, Follower>();
  // Records are read again when they have changed; their figures are not kept.
  const records = new Map<string, { status: string; run: FollowedRun | null }>();
  const recorded = (name: string): FollowedRun | null => {
    const status = JSON.stringify(statusIn(results, beside(join(results, name), "unfinished.json")));
    const before = records.get(name);
    if (before?.status === status) return before.run;
    const run = recordOf(results, name);
    records.set(name, { status, run: run && { ...run, figures: {} } });
    return run;
  };
  const drop = (name: string) => {
    followers.get(name)?.[Symbol.dispose]();
    followers.delete(name);
  };
  return {
    states() {
      const entries = namesIn(results);
      const names = entries.flatMap((entry) => LIVE.exec(entry)?.[1] ?? []).slice(0, MAX_LOGS);
      for (const name of followers.keys()) if (!names.includes(name)) drop(name);
      const logged = names.flatMap((name) => {
        const folder = join(results, name);
        const run = followers.getOrInsertComputed(name, () => follow(folder, name, [])).run();
        return run === null || isOutdated(run, results, folder) ? [] : [run];
      });
      const failed = entries.flatMap((entry) => UNFINISHED.exec(entry)?.[1] ?? []).slice(0, MAX_LOGS)
        .filter((name) => !logged.some((run) => run.name === name));
      for (const name of records.keys()) if (!failed.includes(name)) records.delete(name);
      return [...logged, ...failed.flatMap((name) => recorded(name) ?? [])];
    },
    [Symbol.dispose]: () => [...followers.keys()].forEach(drop),
  };
}

/** The state of one run in progress, with these figures, or of one that was not finished; null if there is no such run. */
export function runInProgress(results: string, name: string, figures: readonly string[]): FollowedRun | null {
  const entries = namesIn(results);
  if (!entries.some((entry) => runOfRemains(entry) === name)) return null;
  const folder = join(results, name);
  using follower = follow(folder, name, figures);
  const run = follower.run();
  return run === null || isOutdated(run, results, folder) ? recordOf(results, name) : run;
}

/** The record of a run that was not finished, or what is wrong with it, unless there are results; null without one. */
function recordOf(results: string, name: string): FollowedRun | null {
  const folder = join(results, name);
  const record = readRecord(folder);
  const [path, entry] = [beside(folder, "unfinished.json"), `.${name}.unfinished.json`];
  if (record === null) {
    if (statusIn(results, path) === null || statusIn(results, join(folder, "metrics.json")) !== null) return null;
    const why = unreadableBecause(results, entry, MAX_RECORD_BYTES).replace("cannot be read", "is damaged");
    return { ...emptyRun(name), status: "damaged", reason: `${entry} ${why}` };
  }
  const { experiment, lines } = emptyRun(name);
  return { ...record, name, experiment: record.experiment ?? experiment, lines };
}

/** Whether a run that was interrupted was finished later, by a run that found all of its stages stored. */
function isOutdated({ status }: FollowedRun, results: string, folder: string): boolean {
  return status !== "running" && timeOf(results, join(folder, "run.json")) > timeOf(results, livePathOf(folder));
}

/** When a path in the results folder was last written; 0 if it does not exist. */
export function timeOf(results: string, path: string): number {
  return statusIn(results, path)?.modified ?? 0;
}
