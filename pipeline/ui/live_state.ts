/** Follows the logs of runs in progress, which are untrusted: each line is read once, in bounded memory. */
import type { Experiment } from "../define/experiment.ts";
import { figureOfJson, type FigureValues } from "../define/figure.ts";
import { attempt, reasonOf } from "../engine/files/entry.ts";
import { isJsonObject, jsonObjectIn } from "../engine/store/bounded_json.ts";
import { tryLock } from "../engine/files/file_lock.ts";
import type { LiveState } from "../pages/live_sections.ts";
import { MAX_SHOWN_BYTES, resultsTree } from "../results/folder.ts";
import { livePathOf } from "../results/live_log.ts";
import { fill } from "../engine/files/open_file.ts";

/** The state that a log describes. */
export interface FollowedRun extends LiveState {
  /** Without stages if the log does not contain it. */
  experiment: Experiment;
  /** The figures so far, one value per epoch, epoch 0 first. */
  figures: FigureValues;
  /** The number of lines of the log. */
  lines: number;
}

/** Follows the log of one run. */
export type Follower = ReturnType<typeof follow>;

interface OpenLog {
  file: Deno.FsFile;
  inode: number | null;
  read: ReadLines;
}

/** Later epochs are not shown: the log is untrusted. */
const MAX_EPOCHS = 100_000;
const MAX_TEXT = { title: 500, stage: 100, reason: 10_000 };

/** Follows the run whose results are in `folder`, and these of its figures. */
export function follow(folder: string, name: string, figures: readonly string[]) {
  const [tree, path] = [resultsTree(folder), livePathOf(folder)];
  let log: OpenLog | null = null;
  let run: FollowedRun | null = null;
  /** The inode of a log that cannot be read; it is not tried again. */
  let damaged: number | null | undefined;
  const close = () => {
    log?.file.close();
    log = null;
  };
  const open = (inode: number | null): OpenLog | null => {
    const file = tree.open(path);
    return file && { file, inode: file.statSync().ino ?? inode, read: linesOf(file) };
  };
  const damagedBy = (reason: string): FollowedRun => {
    close();
    return run = { ...emptyRun(name), status: "damaged", reason: `its log ${path} ${reason}` };
  };
  return {
    /** Its present state; null if there has never been a log. */
    run(): FollowedRun | null {
      const found = attempt(() => tree.status(path));
      if (found !== null && found.kind !== "file") return damagedBy(`is a ${found.kind}`);
      if (found !== null && found.inode === damaged) return run;
      try {
        // Another run of the same name has begun.
        if (found !== null && (log === null || found.inode !== log.inode)) {
          close();
          log = open(found.inode);
          run = emptyRun(name);
        }
        if (log === null || run === null) return run;
        // Determined before reading, so whatever a run wrote before it ended is read.
        const status = found === null ? "finished" : isLocked(log.file) ? "running" : "stopped";
        const state = run;
        log.read((line) => takeLine(state, line, figures));
        run = { ...state, status: state.reason === null ? status : "failed" };
      } catch (error) {
        damaged = found?.inode;
        return damagedBy(`cannot be read: ${reasonOf(error)}`);
      }
      if (found === null) close();
      return run;
    },
    [Symbol.dispose]: close,
  };
}

/** A run of which nothing is known yet. */
export function emptyRun(name: string): FollowedRun {
  return {
    ...{ name, status: "stopped", title: "", stage: null, epoch: 0, epochs: 0, reason: null, lines: 0, figures: {} },
    experiment: { name, seed: 0, pipeline: {} },
  };
}

/** Adds what a line says to the state; one of another shape says nothing. */
function takeLine(run: FollowedRun, line: Record<string, unknown> | null, names: readonly string[]): void {
  const { title, epochs, experiment, stage, epoch, failed, figures } = line ?? {};
  if (typeof title === "string" && isCount(epochs) && isExperiment(experiment)) {
    Object.assign(run, { title: title.slice(0, MAX_TEXT.title), epochs, experiment });
  } else if (typeof stage === "string") [run.stage, run.epoch] = [stage.slice(0, MAX_TEXT.stage), 0];
  else if (typeof failed === "string") run.reason = failed.slice(0, MAX_TEXT.reason);
  // A run writes its epochs one after the other, so a line cannot make room for more than there are lines.
  else if (isJsonObject(figures) && isCount(epoch) && epoch <= run.lines && epoch < MAX_EPOCHS) {
    run.epoch = epoch;
    for (const name of names.filter((name) => Object.hasOwn(figures, name))) {
      const values = (run.figures as Record<string, (number | null)[]>)[name] ??= [];
      while (values.length < epoch) values.push(null);
      values[epoch] = figureOfJson(figures[name]) ?? null;
    }
  }
  run.lines++;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 0;
}

function isExperiment(value: unknown): value is Experiment {
  return isJsonObject(value) && isJsonObject(value.pipeline);
}

/** Whether the run's process has locked its log. On a file system without locks, no run in progress has a log. */
function isLocked(file: Deno.FsFile): boolean {
  const taken = tryLock(file, false);
  if (taken) file.unlockSync();
  return taken === false;
}

/** Much more than most runs write: a line of the figures of an epoch has some hundred bytes. */
const MAX_LOG_BYTES = MAX_SHOWN_BYTES;
/** The first line contains the experiment. */
const MAX_LINE_BYTES = 2 ** 18;
const CHUNK_BYTES = 2 ** 20;
const LINE_FEED = 10;

/** Calls `take` for every complete line that has been added since the last call; with null for one that is no object. */
export type ReadLines = (take: (line: Record<string, unknown> | null) => void) => void;

/** Reads a log from its start. The function throws a RangeError if the log, or one of its lines, is too long. */
function linesOf(file: Deno.FsFile): ReadLines {
  const chunk = new Uint8Array(CHUNK_BYTES);
  let rest = new Uint8Array();
  return (take) => {
    const { size } = file.statSync();
    if (size > MAX_LOG_BYTES) throw new RangeError(`it has ${size} bytes, but at most ${MAX_LOG_BYTES} are read`);
    for (let count = fill(file, chunk); count > 0; count = fill(file, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0 && end < count; end = chunk.indexOf(LINE_FEED, start)) {
        take(jsonObjectIn(joined(rest, chunk.subarray(start, end)), MAX_LINE_BYTES));
        [rest, start] = [new Uint8Array(), end + 1];
      }
      rest = joined(rest, chunk.subarray(start, count));
      if (rest.length > MAX_LINE_BYTES) throw new RangeError(`a line has more than ${MAX_LINE_BYTES} bytes`);
    }
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
