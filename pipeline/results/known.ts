/**
 * What is known to be finished. A run's receipt says that every record, artifact and result of it is what it was when all
 * of it was checked, and what is printed of the run, so that nothing has to be looked up, read or written again. A command's
 * says that its experiments and the program's own files are what they were, so that nothing has to be loaded to see which
 * runs it asks for. `keep_known.ts` writes receipts; reading them must not load the stages, which takes long.
 */
import { basename, resolve } from "node:path";
import type { Terms } from "../define/terms.ts";
import { readReceipt } from "../engine/keys/receipt.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import type { Store } from "../engine/store/store.ts";
import type { Variant } from "../experiment/variants.ts";
import type { ClosingRow } from "./closing_rows.ts";

/** A stage of a known run. */
export interface KnownStage {
  stage: string;
  key: string;
  /** The size of everything that it put out. */
  bytes: number;
  /** How long the work took when it was done. */
  seconds: number;
}

/** A run that needs nothing: all that is said of it. */
export interface KnownRun {
  title: string;
  stages: KnownStage[];
  rows: ClosingRow[];
  /** The content of metrics.json. */
  metrics: Record<string, unknown>;
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

/** What a known command asks for, and the terms by which its runs are compared. */
export interface KnownCommand {
  runs: AskedRun[];
  terms: Terms;
}

/** The run whose receipt is about `subject`, when its results are known to be in `folder` and nothing has changed. */
export async function readKnownRun(subject: string, folder: string, store: Store): Promise<KnownRun | null> {
  const kept = await readReceipt(store, resolve(folder), subject);
  return isKnownRun(kept) ? kept : null;
}

/** What a command asks for, when it is known and neither its experiments nor the program have changed. */
export async function readKnownCommand(command: RunCommand, store: Store): Promise<KnownCommand | null> {
  const subject = subjectOfCommand(command);
  const kept = await readReceipt(store, subject, subject);
  return isKnownCommand(kept) ? kept : null;
}

/** Whether that is what `keep_known.ts` writes, as far as it is used here: a cache may come from somebody else. */
function isKnownRun(kept: Plain | null): kept is Plain & KnownRun {
  const isRow = (row: unknown) => isJsonObject(row) && isTexts([row.kind, row.name, row.text, row.note ?? ""]);
  const isStage = (one: unknown) =>
    isJsonObject(one) && isTexts([one.stage, one.key]) && Number.isFinite(one.bytes) && Number.isFinite(one.seconds);
  return isJsonObject(kept) && typeof kept.title === "string" && isJsonObject(kept.metrics) &&
    isListOf(kept.rows, isRow) && isListOf(kept.stages, isStage);
}

function isKnownCommand(kept: Plain | null): kept is Plain & KnownCommand {
  if (!isJsonObject(kept) || !isJsonObject(kept.terms)) return false;
  const isFigure = (one: unknown) => isJsonObject(one) && isTexts([one.name, one.title]) && isTexts(one.unit);
  return isListOf(kept.runs, isAskedRun) && kept.runs.length > 0 && isTexts(kept.terms.seeds) &&
    isListOf(kept.terms.figures, isFigure);
}

/** A run's name is that of a folder. */
function isAskedRun(one: unknown): boolean {
  if (!isJsonObject(one) || typeof one.subject !== "string" || !isJsonObject(one.variant)) return false;
  const { runName, experiment } = one.variant;
  return typeof runName === "string" && basename(runName) === runName && isJsonObject(experiment) &&
    Number.isInteger(experiment.seed) && isJsonObject(experiment.pipeline);
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(isOne);
}

function isTexts(value: unknown): boolean {
  return isListOf(value, (one) => typeof one === "string");
}

/** The command, where it is typed, to the program that it is typed to: two may share a cache. */
export function subjectOfCommand(command: RunCommand): string {
  return canonicalJson({ command: { ...command }, folder: Deno.cwd(), program: import.meta.url });
}
