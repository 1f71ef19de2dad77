/** Reads the logs of runs in progress. */
import type { Experiment } from "../define/experiment.ts";
import { figureOfJson, type FigureValues } from "../define/finished_run.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { tryLock } from "../engine/files/file_lock.ts";
import { readAll } from "../engine/files/open_file.ts";
import type { LiveState } from "../pages/live_sections.ts";
import { resultsTree } from "../results/folder.ts";
import { livePathOf } from "../results/live_log.ts";

/** The state that a log describes. */
export interface FollowedRun extends LiveState {
  /** Without stages if the log does not contain it. */
  experiment: Experiment;
  /** The figures so far, one value per epoch, epoch 0 first. */
  figures: FigureValues;
}

/** Follows the log of one run. */
export interface Follower extends Disposable {
  /** Its present state; null if there has never been a log. */
  run(): FollowedRun | null;
}

/** Follows the run whose results are in `folder`. */
export function follow(folder: string, name: string): Follower {
  const [tree, path] = [resultsTree(folder), livePathOf(folder)];
  let file: Deno.FsFile | null = null;
  let ino: number | null = null;
  let last: FollowedRun | null = null;
  const close = () => {
    file?.close();
    [file, ino] = [null, null];
  };
  return {
    run() {
      const now = unlessFails(() => tree.status(path))?.inode ?? null;
      // Another run of the same name has begun.
      if (now !== null && now !== ino) {
        close();
        file = unlessFails(() => tree.open(path));
        ino = file?.statSync().ino ?? null;
      }
      if (file === null) return last;
      // Determined before reading, so whatever a run wrote before it ended is read.
      const status = now === null ? "finished" : isLocked(file) ? "running" : "stopped";
      last = runOf(name, textOf(file), status);
      if (now === null) close();
      return last;
    },
    [Symbol.dispose]: close,
  };
}

/** Much more than any run writes. */
const MAX_LOG_BYTES = 2 ** 28;
/** Later epochs are not shown: the log is untrusted. */
const MAX_EPOCHS = 1_000_000;

function runOf(name: string, text: string, status: FollowedRun["status"]): FollowedRun {
  const figures = new Map<string, (number | null)[]>();
  const run: Omit<FollowedRun, "figures"> = {
    ...{ name, status, title: "", stage: null, epoch: 0, epochs: 0, reason: null },
    experiment: { name, seed: 0, pipeline: {} },
  };
  for (const line of linesOf(text)) {
    const { title, epochs, experiment, stage, epoch, failed } = line;
    if (typeof title === "string" && typeof epochs === "number" && isExperiment(experiment)) {
      Object.assign(run, { title, epochs, experiment });
    } else if (typeof stage === "string") [run.stage, run.epoch] = [stage, 0];
    else if (typeof failed === "string") [run.status, run.reason] = ["failed", failed];
    else if (isJsonObject(line.figures) && typeof epoch === "number" && epoch >= 0 && epoch < MAX_EPOCHS) {
      run.epoch = Math.floor(epoch);
      for (const [name, value] of Object.entries(line.figures)) {
        const values = figures.get(name) ?? [];
        while (values.length < run.epoch) values.push(null);
        values[run.epoch] = figureOfJson(value) ?? null;
        figures.set(name, values);
      }
    }
  }
  return { ...run, figures: Object.fromEntries(figures) };
}

function isExperiment(value: unknown): value is Experiment {
  return isJsonObject(value) && isJsonObject(value.pipeline);
}

/** The complete lines of a log. */
function linesOf(text: string): Record<string, unknown>[] {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.map((line) => unlessFails((): unknown => JSON.parse(line))).filter(isJsonObject);
}

/** Whether the run's process has locked its log. On a file system without locks, no run in progress has a log. */
function isLocked(file: Deno.FsFile): boolean {
  const taken = tryLock(file, false);
  if (taken) file.unlockSync();
  return taken === false;
}

function textOf(file: Deno.FsFile): string {
  return new TextDecoder().decode(readAll(file, MAX_LOG_BYTES));
}

/** Returns the result of `work`; null if it throws. */
export function unlessFails<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
