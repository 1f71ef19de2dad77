/**
 * Runs that are known to be finished: their receipt says that every record, artifact and result of theirs is what it was
 * when all of it was checked, so that nothing has to be looked up, read or written again.
 */
import { join } from "node:path";
import type { CodeReader } from "../code.ts";
import type { Variant } from "../config/variants.ts";
import { digestOfBytes, digestOfPlain, type Plain } from "../digest.ts";
import { decodeJson } from "../formats/json.ts";
import { filesOfRecords, keepReceipt, readReceipt } from "../receipt.ts";
import { addressesOf } from "../record.ts";
import type { StageResult } from "../runner.ts";
import { graph } from "../stages/mod.ts";
import type { Store } from "../store.ts";
import { readFile } from "./folder.ts";
import { reportCode, resultFiles } from "./results.ts";
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

/** What a receipt keeps of a run. */
interface Kept {
  stages: KnownStage[];
  /** SHA-256 of metrics.json: its bytes are shown, so they are checked again. */
  metrics: string;
}

/** The run of `variant`, when it is known that its results in `folder` are there and nothing has changed. */
export function readKnownRun(variant: Variant, folder: string, store: Store, code: CodeReader): KnownRun | null {
  const kept = readReceipt(store, folder, subjectOf(variant, code)) as Kept | null;
  if (kept === null) return null;
  const bytes = readFile(folder, "metrics.json");
  if (bytes === null || digestOfBytes(bytes) !== kept.metrics) return null;
  return { stages: kept.stages, metrics: decodeJson<FinalMetrics>(bytes) };
}

/**
 * Makes a run known. Its stages were all hits and its results complete: every byte was checked after the time `since`,
 * in milliseconds.
 */
export function keepKnownRun(
  variant: Variant,
  folder: string,
  stages: readonly StageResult[],
  store: Store,
  code: CodeReader,
  since: number,
): void {
  const metrics = readFile(folder, "metrics.json");
  if (metrics === null) return;
  const kept: Kept = { stages: stages.map(knownStage), metrics: digestOfBytes(metrics) };
  const results = resultFiles(variant.experiment).map((name) => join(folder, name));
  const records = stages.map(({ record }) => record);
  const paths = [...filesOfRecords(store, records), ...results];
  keepReceipt(store, folder, subjectOf(variant, code), kept as unknown as Plain, paths, since);
}

function knownStage({ stage, key, record }: StageResult): KnownStage {
  const bytes = addressesOf(record).reduce((sum, { address }) => sum + address.size, 0);
  return { stage, key, bytes, seconds: record.seconds };
}

/** All that decides what the results are: the experiment, and the code of the stages and of the report. */
function subjectOf({ file, experiment }: Variant, code: CodeReader): string {
  const stages = graph.map(({ source }) => code.digest(source).digest);
  return digestOfPlain({ file, experiment: experiment as unknown as Plain, stages, report: reportCode(code) });
}
