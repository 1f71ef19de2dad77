/**
 * What a run says of itself while it works: lines of JSON in `.NAME.live` beside its results folder. The run holds a lock on
 * the file, which ends with its process however that ends: a log that nobody has locked is of a run that was killed. The log
 * is a convenience: when it cannot be written, the run goes on without it.
 */
import { basename, dirname, join } from "node:path";
import type { Experiment } from "../define/experiment.ts";
import type { FigureDefinition } from "../define/figure.ts";
import type { Pipeline } from "../define/pipeline.ts";
import type { RunEvents } from "../engine/run/runner.ts";
import { artifactName, selectionOf } from "../engine/stage/graph.ts";
import type { OutputSpecs, Stage } from "../engine/stage/stage.ts";
import type { Address, Store } from "../engine/store/store.ts";
import { plannedEpochs, runTitle } from "./run_title.ts";

/** The run that a log is about. */
export interface LiveRun {
  pipeline: Pipeline;
  /** Its results folder. */
  folder: string;
  name: string;
  experiment: Experiment;
}

/** A line of a log. */
export type LiveLine =
  /** The first: what is trained, and the last epoch that there will be. */
  | { run: string; title: string; epochs: number; experiment: Experiment }
  /** A stage begins. */
  | { stage: string }
  /** A step of a stage is done: the figures that are computed from what it put out. */
  | { epoch: number; figures: Record<string, unknown> }
  /** The run has failed, and why. */
  | { failed: string };

/** What a step put out, by the names of the artifacts. */
type StepOutputs = Readonly<Record<string, Address>>;

/** A run's log. */
export interface LiveLog {
  /** `stored` are the steps that are stored already. */
  stageStarts(stage: Stage, stored: readonly StepOutputs[]): void;
  stepEnds(stage: Stage, step: number, outputs: StepOutputs): void;
  fails(reason: string): void;
  /** Removes the file. */
  close(): void;
}

/** Where a run's log is. */
export function livePathOf(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.live`);
}

/**
 * Does `work`, from the first stage to the results, with events that go to `view`, and to a log as soon as a stage really
 * runs, so that other processes can follow. A run that has nothing to do writes nothing.
 */
export async function followable<T>(
  run: LiveRun,
  store: Store,
  view: RunEvents,
  work: (events: RunEvents) => Promise<T>,
): Promise<T> {
  // In an object: the compiler does not see that the events set it.
  const live: { log: LiveLog | null } = { log: null };
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
  };
  try {
    return await work(events);
  } catch (error) {
    live.log?.fails(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    live.log?.close();
  }
}

/** Opens a log in place of an older one; null when it cannot be written. */
export function openLiveLog({ pipeline, folder, name, experiment }: LiveRun, store: Store): LiveLog | null {
  const path = livePathOf(folder);
  // It gets its name once it is locked, so that nobody can take a run that is just starting for a killed one.
  const unnamed = `${path}.${crypto.randomUUID()}`;
  const file = attempt(() => {
    Deno.mkdirSync(dirname(folder), { recursive: true });
    const file = Deno.openSync(unnamed, { createNew: true, write: true });
    file.lockSync(true);
    Deno.renameSync(unnamed, path);
    return file;
  });
  if (file === null) return null;
  const own = file.statSync().ino;
  const write = (line: () => LiveLine) =>
    void attempt(() => file.writeSync(new TextEncoder().encode(JSON.stringify(line()) + "\n")));
  const stepEnds: LiveLog["stepEnds"] = (stage, epoch, outputs) =>
    write(() => ({ epoch, figures: figuresOf(stage, outputs, pipeline.figures, store) }));
  write(() => {
    const [title, epochs] = [runTitle(pipeline, experiment), plannedEpochs(pipeline, experiment)];
    return { run: name, title, epochs, experiment };
  });
  return {
    stageStarts(stage, stored) {
      write(() => ({ stage: stage.name }));
      stored.forEach((outputs, epoch) => stepEnds(stage, epoch, outputs));
    },
    stepEnds,
    fails: (failed) => write(() => ({ failed })),
    close() {
      // Another process may have started the same run, with its log in this one's place.
      attempt(() => Deno.statSync(path).ino === own && Deno.removeSync(path));
      file.close();
    },
  };
}

/** The figures of an epoch that are computed from what a step put out. */
function figuresOf(
  stage: Stage,
  outputs: StepOutputs,
  figures: readonly FigureDefinition[],
  store: Store,
): Record<string, unknown> {
  const each: OutputSpecs = stage.kind === "fold" ? stage.each : {};
  const told = figures.filter(({ from, form }) =>
    typeof from === "string" && Object.hasOwn(each, from) && form !== "detail"
  );
  const values = new Map([...new Set(told.map(({ from }) => from!))].map((name) => {
    const { kind, parts } = selectionOf(each[name]);
    const artifacts = parts.map((part) => [part, store.artifact(outputs[artifactName(name, kind, part)])]);
    return [name, kind.open(Object.fromEntries(artifacts))];
  }));
  return Object.fromEntries(
    told.flatMap(({ name, from, value }) => value === undefined ? [] : [[name, value(values.get(from!))]]),
  );
}

/** What `work` gives; null when it fails: the disk is full, for example, which the run itself will say. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
