/** The runs in progress of a results folder: those that have a log. */
import { join } from "node:path";
import { namesIn, statusIn } from "../results/folder.ts";
import { livePathOf } from "../results/live_log.ts";
import { follow, type FollowedRun, type Follower } from "./live_state.ts";

const LIVE = /^\.(.+)\.live$/;
/** More logs than these, which stay open, are not followed. */
const MAX_LOGS = 200;

/** Follows all logs of a folder. Each is read once, and the figures in it are not kept. */
export interface LiveRuns extends Disposable {
  /** Their present states, in the order of their names. */
  states(): FollowedRun[];
}

/** The name of the run that a log of this name belongs to; null if it is no log. */
export function runOfLog(entry: string): string | null {
  return LIVE.exec(entry)?.[1] ?? null;
}

/** Follows the runs in progress. */
export function followAll(results: string): LiveRuns {
  const followers = new Map<string, Follower>();
  const drop = (name: string) => {
    followers.get(name)?.[Symbol.dispose]();
    followers.delete(name);
  };
  return {
    states() {
      const names = namesIn(results).flatMap((entry) => runOfLog(entry) ?? []).slice(0, MAX_LOGS);
      for (const name of followers.keys()) if (!names.includes(name)) drop(name);
      return names.flatMap((name) => {
        const folder = join(results, name);
        const run = followers.getOrInsertComputed(name, () => follow(folder, name, [])).run();
        return run === null || isOutdated(run, results, folder) ? [] : [run];
      });
    },
    [Symbol.dispose]: () => [...followers.keys()].forEach(drop),
  };
}

/** The state of one run in progress, with these figures; null if there is no such run. */
export function runInProgress(results: string, name: string, figures: readonly string[]): FollowedRun | null {
  if (!namesIn(results).some((entry) => runOfLog(entry) === name)) return null;
  const folder = join(results, name);
  using follower = follow(folder, name, figures);
  const run = follower.run();
  return run === null || isOutdated(run, results, folder) ? null : run;
}

/** Whether a run that was interrupted was finished later, by a run that found all of its stages stored. */
function isOutdated({ status }: FollowedRun, results: string, folder: string): boolean {
  return status !== "running" && timeOf(results, join(folder, "run.json")) > timeOf(results, livePathOf(folder));
}

/** When a path in the results folder was last written; 0 if it does not exist. */
export function timeOf(results: string, path: string): number {
  return statusIn(results, path)?.modified ?? 0;
}
