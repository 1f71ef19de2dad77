/**
 * What is known to be finished. A run's receipt says that every record, artifact and result of it is what it was when all
 * of it was checked, so that nothing has to be looked up, read or written again. A command's says that its experiments
 * and the program's own files are what they were, so that nothing has to be loaded to see which runs it asks for.
 * `keep_known.ts` writes receipts; what only reads them is kept here, where nothing is imported that takes long to load.
 */
import { basename, resolve } from "node:path";
import { parseLayer } from "../../core/layers.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import type { Variant } from "../experiment/variants.ts";
import { canonicalJson, digestOfNote } from "../engine/store/digest.ts";
import { decodeJson } from "../formats/json.ts";
import { readReceipt } from "../engine/keys/receipt.ts";
import type { Store } from "../engine/store/store.ts";
import { readFile } from "./folder.ts";
import type { FinalMetrics } from "./summary.ts";

/** A stage of a known run. */
export interface KnownStage {
  stage: string;
  key: string;
  /** All that it put out. */
  bytes: number;
  /** How long the work took when it was done. */
  seconds: number;
}

/** A run that needs nothing. */
export interface KnownRun {
  stages: KnownStage[];
  metrics: FinalMetrics;
}

/** What a run's receipt keeps. */
export interface KeptRun {
  stages: KnownStage[];
  /** SHA-256 of metrics.json: its bytes are shown, so they are checked again. */
  metrics: string;
}

/** A command that asks for runs, as it is typed. Where results go is not part of it. */
export interface RunCommand {
  files: string[];
  /** The overrides. */
  set: string[];
  seeds: string | null;
  /** Folders that may be read. */
  data: string[];
}

/** A run that a command asks for. */
export interface AskedRun {
  variant: Variant;
  /** What the run's receipt must be about. */
  subject: string;
}

/** The run whose receipt is about `subject`, when it is known that its results in `folder` are there and nothing has changed. */
export async function readKnownRun(subject: string, folder: string, store: Store): Promise<KnownRun | null> {
  const kept = await readReceipt(store, resolve(folder), subject);
  if (!isKeptRun(kept)) return null;
  const bytes = readFile(folder, "metrics.json");
  if (bytes === null || await digestOfNote(bytes) !== kept.metrics) return null;
  return { stages: kept.stages, metrics: decodeJson<FinalMetrics>(bytes) };
}

/** The runs that a command asks for, when it is known and neither its experiments nor the program have changed. */
export async function readKnownCommand(command: RunCommand, store: Store): Promise<AskedRun[] | null> {
  const subject = subjectOfCommand(command);
  const asked = await readReceipt(store, subject, subject);
  return Array.isArray(asked) && asked.length > 0 && asked.every(isAskedRun) ? asked as unknown as AskedRun[] : null;
}

/** Whether that is what `keep_known.ts` writes, as far as it is used here: a cache may come from somebody else. */
function isKeptRun(kept: unknown): kept is KeptRun {
  return isJsonObject(kept) && typeof kept.metrics === "string" && Array.isArray(kept.stages) &&
    kept.stages.every((one) =>
      isJsonObject(one) && typeof one.stage === "string" && typeof one.key === "string" &&
      Number.isFinite(one.bytes) && Number.isFinite(one.seconds)
    );
}

/** The same of a run that a command asks for. Its name is that of a folder. */
function isAskedRun(one: unknown): boolean {
  if (!isJsonObject(one) || typeof one.subject !== "string" || !isJsonObject(one.variant)) return false;
  const { runName, experiment } = one.variant;
  const train = objectIn(objectIn(experiment, "pipeline"), "train");
  return typeof runName === "string" && basename(runName) === runName && isJsonObject(experiment) &&
    Number.isInteger(experiment.seed) && Number.isInteger(train?.epochs) && typeof train?.gradient === "string" &&
    Array.isArray(train.model) && train.model.every(isLayer);
}

function objectIn(value: unknown, name: string): Record<string, unknown> | null {
  const inner = isJsonObject(value) ? value[name] : null;
  return isJsonObject(inner) ? inner : null;
}

function isLayer(text: unknown): boolean {
  try {
    return typeof text === "string" && parseLayer(text) !== null;
  } catch {
    return false;
  }
}

/** The command in the place where it is typed, to the program that it is typed to: two may share a cache. */
export function subjectOfCommand(command: RunCommand): string {
  return canonicalJson({ command: { ...command }, folder: Deno.cwd(), program: import.meta.url });
}
