/**
 * The log of a run in progress: lines of JSON in `.NAME.live` next to its results folder. The run locks the file, and the
 * lock ends with its process: an unlocked log is that of a killed run. If the log cannot be written, the run continues
 * without it. Of a run that fails or is stopped, a record remains: see `unfinished_run.ts`.
 */
import { dirname } from "node:path";
import { figureJson, type FinishedRun } from "../define/figure.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { attempt } from "../engine/files/entry.ts";
import { tryLock } from "../engine/files/file_lock.ts";
import type { RunEvents } from "../engine/run/run_options.ts";
import { openStored } from "../engine/stage/stage_graph.ts";
import type { Stage } from "../engine/stage/stage.ts";
import type { Address, Store } from "../engine/store/store.ts";
import { withoutSecrets } from "../text/secrets.ts";
import { beside, resultsTree } from "./folder.ts";
import { plannedEpochs, runTitle } from "./run_title.ts";
import { keepUnfinished } from "./unfinished_run.ts";

/** The run of a log, and its results folder. */
export interface LiveRun extends Pick<FinishedRun, "name" | "experiment"> {
  pipeline: Pipeline;
  folder: string;
}

type LiveLine =
  /** The first line: what is trained, and the number of the last epoch. */
  | { run: string; title: string; epochs: number; experiment: FinishedRun["experiment"] }
  /** A stage starts. */
  | { stage: string }
  /** A step of a stage is done: the figures that are computed from its outputs. */
  | { epoch: number; figures: Record<string, unknown> }
  /** The run has failed, and why. */
  | { failed: string };

/** The outputs of a step, by the names of the artifacts. */
type StepOutputs = Readonly<Record<string, Address>>;

/** A run's log. */
export type LiveLog = NonNullable<ReturnType<typeof openLiveLog>>;

/** The path of a run's log. */
export function livePathOf(folder: string): string {
  return beside(folder, "live");
}

/**
 * Does `work`, from the first stage to the results, with events that go to `view`, and to a log as soon as a stage really
 * runs, so other processes can follow. A run with nothing to do writes no log. If the work fails, or `signal` stops it, a
 * record of it is kept.
 */
export async function followable<T>(
  run: LiveRun,
  store: Store,
  view: RunEvents,
  work: (events: RunEvents) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  // In an object: the compiler does not see that the events set it.
  const live: { log: LiveLog | null; failed: string | null } = { log: null, failed: null };
  const events: RunEvents = {
    ...view,
    stageStarts(stage, stored) {
      live.log ??= openLiveLog(run, store);
      live.log?.stageStarts(stage, stored);
      return view.stageStarts?.(stage, stored);
    },
    stepEnds(stage, step, outputs) {
      live.log?.stepEnds(stage, step, outputs);
      view.stepEnds?.(stage, step, outputs);
    },
    stageFails(stage, params, error) {
      live.failed = stage.name;
      view.stageFails?.(stage, params, error);
    },
  };
  try {
    return await work(events);
  } catch (error) {
    const reason = withoutSecrets(error instanceof Error ? error.message : String(error));
    live.log?.fails(reason);
    const { pipeline, experiment, folder } = run;
    keepUnfinished(folder, {
      status: signal.aborted ? "stopped" : "failed",
      title: runTitle(pipeline, experiment),
      stage: live.failed,
      epochs: plannedEpochs(pipeline, experiment),
      ...live.log?.history() ?? { epoch: 0, figures: {} },
      reason,
      experiment,
    });
    throw error;
  } finally {
    live.log?.close();
  }
}

/** Opens a log that replaces an older one; null if it cannot be written. */
export function openLiveLog({ pipeline, folder, name, experiment }: LiveRun, store: Store) {
  const [tree, path] = [resultsTree(folder), livePathOf(folder)];
  // It is renamed once it is locked, so a run that is just starting never looks like a killed one.
  const unnamed = `${path}.${crypto.randomUUID()}`;
  const file = attempt(() => {
    tree.makeFolder(dirname(folder));
    const file = tree.create(unnamed);
    // Without a lock, the log would look like that of a killed run.
    if (tryLock(file) && attempt(() => tree.rename(unnamed, path))) return file;
    file.close();
    tree.remove(unnamed);
    return null;
  });
  if (file === null) return null;
  const own = file.statSync().ino;
  const write = (line: () => LiveLine) =>
    void attempt(() => file.writeSync(new TextEncoder().encode(figureJson(line()) + "\n")));
  const history = { epoch: 0, figures: {} as Record<string, (number | null)[]> };
  const stepEnds = (stage: Stage, epoch: number, outputs: StepOutputs) =>
    write(() => {
      const figures = figuresOf(stage, outputs, pipeline, store);
      history.epoch = epoch;
      for (const [name, value] of Object.entries(figures)) {
        (history.figures[name] ??= [])[epoch] = typeof value === "number" ? value : null;
      }
      return { epoch, figures };
    });
  write(() => {
    const [title, epochs] = [runTitle(pipeline, experiment), plannedEpochs(pipeline, experiment)];
    return { run: name, title, epochs, experiment };
  });
  return {
    /** `stored` are the steps that are already stored. */
    stageStarts(stage: Stage, stored: readonly StepOutputs[]) {
      write(() => ({ stage: stage.name }));
      stored.forEach((outputs, epoch) => stepEnds(stage, epoch, outputs));
    },
    stepEnds,
    /** The last completed epoch, and the figures of all so far. */
    history: () => history,
    fails: (failed: string) => write(() => ({ failed })),
    /** Removes the file. */
    close() {
      // Another process may have started the same run and replaced the log.
      attempt(() => tree.status(path)?.inode === own && tree.remove(path));
      file.close();
    },
  };
}

/** The figures of an epoch that are computed from a step's outputs. */
function figuresOf(stage: Stage, outputs: StepOutputs, { figures }: Pipeline, store: Store): Record<string, unknown> {
  if (stage.kind !== "fold") return {};
  const values = new Map<string, unknown>();
  const open = (name: string) =>
    values.getOrInsertComputed(
      name,
      () => openStored(name, stage.each[name], (artifact) => store.artifact(outputs[artifact])),
    );
  return Object.fromEntries(figures.flatMap(({ name, from, form, value }) => {
    const origin = [from ?? []].flat().find((output) => Object.hasOwn(stage.each, output));
    const found = origin === undefined || form === "detail" ? undefined : value?.(open(origin));
    return found === undefined ? [] : [[name, found]];
  }));
}
