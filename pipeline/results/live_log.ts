/**
 * What a run says of itself while it works: lines of JSON in `.NAME.live` beside its results folder. The run holds the
 * file's lock, which ends with its process however that ends: a log that nobody holds is of a run that was killed.
 * Following a run is a convenience: a log that cannot be written keeps no run from going on.
 */
import { basename, dirname, join } from "node:path";
import { decodeJson } from "../formats/json.ts";
import type { TrainParams } from "../classifier/stages/train_params.ts";
import type { Evaluation } from "../classifier/stages/evaluator.ts";
import type { EpochMetrics } from "../classifier/stages/trainer.ts";
import type { Address, Store } from "../engine/store/store.ts";

/** The run that a log is about. */
export interface LiveRun {
  folder: string;
  runName: string;
  train: Pick<TrainParams, "model" | "epochs">;
}

/** A line of a log. */
export type LiveLine =
  | { run: string; layers: readonly string[]; epochs: number }
  | { stage: string }
  | { epoch: number; train_loss: number | null; train_accuracy: number | null; train_clamped: number | null }
  | { epoch: number; accuracy: number; loss: number | null }
  | { failed: string };

/** A run's log. */
export interface LiveLog {
  /** `stored` are the steps that are there already. */
  stageStarts(stage: string, stored: readonly Readonly<Record<string, Address>>[]): void;
  stepEnds(stage: string, step: number, outputs: Readonly<Record<string, Address>>): void;
  fails(reason: string): void;
  /** Removes the file. */
  close(): void;
}

/** Where a run's log is. */
export function livePathOf(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.live`);
}

/** Opens a log in the place of any older one; null when it cannot be written. */
export function openLiveLog({ folder, runName, train }: LiveRun, store: Store): LiveLog | null {
  const path = livePathOf(folder);
  // It gets its name once it is locked, so that nobody can take a beginning run for a killed one.
  const unnamed = `${path}.${crypto.randomUUID()}`;
  let file: Deno.FsFile;
  try {
    Deno.mkdirSync(dirname(folder), { recursive: true });
    file = Deno.openSync(unnamed, { createNew: true, write: true });
    file.lockSync(true);
    Deno.renameSync(unnamed, path);
  } catch {
    return null;
  }
  const own = file.statSync().ino;
  const write = (line: LiveLine) =>
    attempt(() => file.writeSync(new TextEncoder().encode(JSON.stringify(line) + "\n")));
  const writeStep = (stage: string, epoch: number, outputs: Readonly<Record<string, Address>>) =>
    attempt(() => {
      const line = lineOf(stage, epoch, outputs, store);
      if (line !== null) write(line);
    });
  write({ run: runName, layers: train.model, epochs: train.epochs });
  return {
    stageStarts(stage, stored) {
      write({ stage });
      stored.forEach((outputs, epoch) => writeStep(stage, epoch, outputs));
    },
    stepEnds: writeStep,
    fails: (failed) => write({ failed }),
    close() {
      attempt(() => {
        // Another process may run the same by now, and its log be in this one's place.
        if (Deno.statSync(path).ino === own) Deno.removeSync(path);
      });
      file.close();
    },
  };
}

function lineOf(
  stage: string,
  epoch: number,
  outputs: Readonly<Record<string, Address>>,
  store: Store,
): LiveLine | null {
  if (stage === "train") {
    const { train_loss, train_accuracy, train_clamped } = decodeJson<EpochMetrics>(
      store.artifact(outputs.metrics).bytes(),
    );
    return { epoch, train_loss, train_accuracy, train_clamped };
  }
  if (stage !== "validate") return null;
  const { accuracy, loss } = decodeJson<Evaluation>(store.artifact(outputs.evaluation).bytes());
  return { epoch, accuracy, loss };
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The disk is full, say: the run itself will tell.
  }
}
