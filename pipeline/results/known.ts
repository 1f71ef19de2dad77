/**
 * Receipts of finished runs and commands. A run's receipt certifies that all its records, artifacts and results were
 * checked, and holds what is printed about the run. A command's certifies that its experiments and the program's files
 * are unchanged, and holds the runs that it requests. `keep_known.ts` writes receipts; reading them loads no stages.
 */
import { basename, resolve } from "node:path";
import type { Terms } from "../define/terms.ts";
import { readReceipt } from "../engine/keys/receipt.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import type { Store } from "../engine/store/store.ts";
import type { Variant } from "../experiment/variants.ts";
import type { SummaryRow } from "./summary_rows.ts";

/** A run with nothing to do: what is printed about it, and the content of metrics.json. */
export interface KnownRun {
  title: string;
  /** With the size of all outputs, and how long they took to compute. */
  stages: { stage: string; key: string; bytes: number; seconds: number }[];
  rows: SummaryRow[];
  metrics: Record<string, unknown>;
}

/** A command that requests runs, as typed. The results folder is not part of it. */
export interface RunCommand {
  files: string[];
  /** The overrides. */
  set: string[];
  seeds: string | null;
  /** Folders that may be read. */
  data: string[];
}

/** The runs that a known command requests, with the subjects of their receipts, and the terms to compare them by. */
export interface KnownCommand {
  runs: { variant: Variant; subject: string }[];
  terms: Terms;
  /** About values that were set and do not count. */
  warnings: string[];
}

/** The run with a receipt for `subject` and `folder`; null if there is none or anything has changed. */
export async function readKnownRun(subject: string, folder: string, store: Store): Promise<KnownRun | null> {
  const kept = await readReceipt(store, resolve(folder), subject);
  return isKnownRun(kept) ? kept : null;
}

/** The runs of a command with a receipt; null if there is none, or an experiment or the program has changed. */
export async function readKnownCommand(command: RunCommand, store: Store): Promise<KnownCommand | null> {
  const subject = subjectOfCommand(command);
  const kept = await readReceipt(store, subject, subject);
  return isKnownCommand(kept) ? kept : null;
}

/** True if this is what `keep_known.ts` writes, as far as it is used: a cache may come from another machine. */
function isKnownRun(kept: Plain | null): kept is Plain & KnownRun {
  const isRow = (row: unknown) => isJsonObject(row) && isTexts([row.kind, row.name, row.text, row.note ?? ""]);
  const isStage = (one: unknown) =>
    isJsonObject(one) && isTexts([one.stage, one.key]) && Number.isFinite(one.bytes) && Number.isFinite(one.seconds);
  return isJsonObject(kept) && typeof kept.title === "string" && isJsonObject(kept.metrics) &&
    isListOf(kept.rows, isRow) && isListOf(kept.stages, isStage);
}

function isKnownCommand(kept: Plain | null): kept is Plain & KnownCommand {
  if (!isJsonObject(kept) || !isJsonObject(kept.terms)) return false;
  const isFigure = (one: unknown) => isJsonObject(one) && isTexts([one.name, one.title]) && isTexts(one.dependsOn);
  return isListOf(kept.runs, isRequestedRun) && kept.runs.length > 0 && isTexts(kept.terms.seeds) &&
    isTexts(kept.warnings) &&
    isListOf(kept.terms.figures, isFigure);
}

/** A run's name must be the name of a folder. */
function isRequestedRun(one: unknown): boolean {
  if (!isJsonObject(one) || typeof one.subject !== "string" || !isJsonObject(one.variant)) return false;
  const { runName, experiment, choices } = one.variant;
  return typeof runName === "string" && basename(runName) === runName && isJsonObject(experiment) &&
    Number.isInteger(experiment.seed) && isJsonObject(experiment.pipeline) && isJsonObject(choices);
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(isOne);
}

function isTexts(value: unknown): boolean {
  return isListOf(value, (one) => typeof one === "string");
}

/** The command with its working folder and its program: several may share a cache. */
export function subjectOfCommand(command: RunCommand): string {
  return canonicalJson({ command: { ...command }, folder: Deno.cwd(), program: import.meta.url });
}
