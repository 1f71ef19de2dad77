/**
 * What is left of a run that was not finished, next to the folder of its results, which it does not touch: the log of a
 * run in progress or of one that was killed (`.NAME.live`), and the record of one that failed or was stopped
 * (`.NAME.unfinished.json`). The next run of the name replaces both; one that is finished removes them.
 */
import { dirname } from "node:path";
import type { Experiment } from "../define/experiment.ts";
import { figureJson, figureOfJson } from "../define/figure.ts";
import { attempt } from "../engine/files/entry.ts";
import { tryLock } from "../engine/files/file_lock.ts";
import { isJsonObject, jsonObjectIn } from "../engine/store/bounded_json.ts";
import { beside, resultsTree, statusIn } from "./folder.ts";
import { writeWhole } from "./whole_file.ts";

/** A run that is not finished, and its figures so far, epoch 0 first. Of a log only the status is read. */
export interface UnfinishedRun {
  status: "running" | "failed" | "stopped";
  title: string;
  /** The stage that failed or was stopped; null if none did. */
  stage: string | null;
  /** The last completed epoch, and the number of the last one. */
  epoch: number;
  epochs: number;
  /** Why it ended. */
  reason: string | null;
  experiment: Experiment | null;
  figures: Record<string, readonly (number | null)[]>;
}

/** The figures of tens of thousands of epochs. */
export const MAX_RECORD_BYTES = 1 << 20;
/** More are not shown: a record is untrusted. */
const MAX_EPOCHS = 100_000;
const MAX_FIGURES = 100;
/** Eight times an experiment file. */
const MAX_EXPERIMENT = 1 << 18;
const MAX_TEXT = 2000;
const UNKNOWN = { title: "", stage: null, epoch: 0, epochs: 0, reason: null, experiment: null, figures: {} };

/** Keeps the record of a run that was not finished, as far as possible: the run reports its failure itself. */
export function keepUnfinished(folder: string, run: UnfinishedRun): void {
  const path = beside(folder, "unfinished.json");
  const ended = new Date().toISOString();
  const whole = bytesOf({ ...run, ended });
  const bytes = whole.length <= MAX_RECORD_BYTES ? whole : bytesOf({ ...run, figures: {}, ended });
  attempt(() => writeWhole(path, bytes, "the record of a failure", dirname(folder)));
}

function bytesOf(record: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(figureJson(record));
}

/** Removes what earlier runs have left next to a folder that holds finished results. A run in progress keeps its log. */
export function clearRemains(folder: string): void {
  const tree = resultsTree(folder);
  const [record, log] = [beside(folder, "unfinished.json"), beside(folder, "live")];
  attempt(() => tree.status(record)?.kind === "file" && tree.remove(record));
  attempt(() => {
    using file = tree.open(log);
    if (file === null || tryLock(file, false) !== true) return;
    // Another run may just have replaced it.
    if (tree.status(log)?.inode === file.statSync().ino) tree.remove(log);
  });
}

/** What is left of a run whose results would be in `folder`; null if there is nothing, or it was finished later. */
export function unfinishedRun(folder: string): UnfinishedRun | null {
  const finished = statusIn(dirname(folder), `${folder}/run.json`)?.modified ?? 0;
  const log = statusIn(dirname(folder), beside(folder, "live"));
  const status = log?.kind === "file" ? attempt(() => statusOfLog(folder)) : null;
  if (status === "running") return { ...UNKNOWN, status };
  if (status === "stopped" && log!.modified > finished) {
    return { ...UNKNOWN, status, reason: "its process ended before the run did" };
  }
  return readRecord(folder);
}

/** The record next to a folder; null if there is none, or it is damaged. Its texts are untrusted, and made printable. */
export function readRecord(folder: string): UnfinishedRun | null {
  const bytes = attempt(() => resultsTree(folder).read(beside(folder, "unfinished.json"), MAX_RECORD_BYTES));
  const value = bytes && jsonObjectIn(bytes);
  if (value === null || (value.status !== "failed" && value.status !== "stopped")) return null;
  const text = (one: unknown) => typeof one === "string" ? one.slice(0, MAX_TEXT).replaceAll(/\p{C}+/gu, " ") : null;
  const count = (one: unknown) => Number.isSafeInteger(one) ? Math.min(Math.max(0, one as number), MAX_EPOCHS) : 0;
  const { status, experiment, figures } = value;
  const lists = Object.entries(isJsonObject(figures) ? figures : {}).slice(0, MAX_FIGURES).map(([name, values]) => [
    name,
    Array.isArray(values) ? values.slice(0, MAX_EPOCHS).map((one) => figureOfJson(one) ?? null) : [],
  ]);
  const isExperiment = isJsonObject(experiment) && isJsonObject(experiment.pipeline) &&
    JSON.stringify(experiment).length <= MAX_EXPERIMENT;
  return {
    status,
    title: text(value.title) ?? "",
    stage: text(value.stage),
    epoch: count(value.epoch),
    epochs: count(value.epochs),
    reason: text(value.reason),
    experiment: isExperiment ? experiment as unknown as Experiment : null,
    figures: Object.fromEntries(lists),
  };
}

/** "failed in train after epoch 3 of 40: The loss became NaN …" */
export function unfinishedText({ status, stage, epoch, epochs, reason }: UnfinishedRun): string {
  if (status === "running") return "is in progress";
  const where = stage === null ? "" : ` in ${stage}${epoch > 0 ? ` after epoch ${epoch} of ${epochs}` : ""}`;
  return `${status === "failed" ? "failed" : "was stopped"}${where}${reason === null ? "" : `: ${reason}`}`;
}

/** The status of a log: whether the run's process, which locks it, is still there. */
function statusOfLog(folder: string): "running" | "stopped" | null {
  using file = resultsTree(folder).open(beside(folder, "live"));
  return file && (tryLock(file, false) === false ? "running" : "stopped");
}
