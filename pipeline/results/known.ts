/**
 * Receipts of finished runs and commands. A run's receipt certifies that all its records, artifacts and results were
 * checked, and holds what is printed about the run. A command's certifies that its experiments and the program's files
 * are unchanged, and holds the runs that it requests. `keep_known.ts` writes receipts; reading them loads no stages.
 */
import { basename, resolve } from "node:path";
import type { Terms } from "../define/terms.ts";
import { readReceipt } from "../engine/keys/receipt.ts";
import { list, object, optional, text } from "../engine/keys/untrusted_value.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { canonicalJson } from "../engine/store/digest.ts";
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
  return isKnownRun(kept) ? kept as unknown as KnownRun : null;
}

/** The runs of a command with a receipt; null if there is none, or an experiment or the program has changed. */
export async function readKnownCommand(command: RunCommand, store: Store): Promise<KnownCommand | null> {
  const subject = subjectOfCommand(command);
  const kept = await readReceipt(store, subject, subject);
  return isKnownCommand(kept) ? kept as unknown as KnownCommand : null;
}

/** What `keep_known.ts` writes, as far as it is used: a cache may come from another machine. */
const isKnownRun = object({
  title: text,
  metrics: isJsonObject,
  rows: list(object({ kind: text, name: text, text, note: optional(text) })),
  stages: list(object({ stage: text, key: text, bytes: Number.isFinite, seconds: Number.isFinite })),
});

/** A run's name must be the name of a folder. */
const isRequestedRun = object({
  subject: text,
  variant: object({
    runName: (name) => typeof name === "string" && basename(name) === name,
    experiment: object({ seed: Number.isInteger, pipeline: isJsonObject }),
    choices: isJsonObject,
  }),
});

const isKnownCommand = object({
  runs: (runs) => list(isRequestedRun)(runs) && (runs as unknown[]).length > 0,
  warnings: list(text),
  terms: object({ seeds: list(text), figures: list(object({ name: text, title: text, dependsOn: list(text) })) }),
});

/** The command with its working folder and its program: several may share a cache. */
export function subjectOfCommand(command: RunCommand): string {
  return canonicalJson({ command: { ...command }, folder: Deno.cwd(), program: import.meta.url });
}
