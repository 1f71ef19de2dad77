/** Writes down what is known to be finished: see `known.ts`. */
import { join, resolve } from "node:path";
import { type CodeReader, sourceFiles } from "../engine/keys/code.ts";
import type { Variant } from "../experiment/variants.ts";
import { digestOfBytes, digestOfPlain, type Plain } from "../engine/store/digest.ts";
import { filesOfRecords, keepReceipt } from "../engine/keys/receipt.ts";
import { addressesOf } from "../engine/keys/record.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { graph } from "../classifier/stages/mod.ts";
import type { Store } from "../engine/store/store.ts";
import { readFile } from "./folder.ts";
import { type AskedRun, type KeptRun, type KnownStage, type RunCommand, subjectOfCommand } from "./known.ts";
import { reportCode, reportFiles, resultFiles } from "./results.ts";

/** All that decides what the results are: the experiment, and the code of the stages and of the report. */
export function subjectOf({ file, experiment }: Variant, code: CodeReader): string {
  const stages = graph.map(({ source }) => code.digest(source).digest);
  return digestOfPlain({ file, experiment: experiment as unknown as Plain, stages, report: reportCode(code) });
}

/**
 * Makes a run known. Its stages were all hits and its results complete: every byte was checked after the time `since`,
 * in milliseconds. False when a file is so young that this cannot be relied on yet.
 */
export async function keepKnownRun(
  subject: string,
  variant: Variant,
  folder: string,
  stages: readonly StageResult[],
  store: Store,
  since: number,
): Promise<boolean> {
  const metrics = readFile(folder, "metrics.json");
  if (metrics === null) return false;
  const kept: KeptRun = { stages: stages.map(knownStage), metrics: digestOfBytes(metrics) };
  const results = resultFiles(variant.experiment).map((name) => join(folder, name));
  const records = stages.map(({ record }) => record);
  const paths = [...filesOfRecords(store, records), ...results];
  const statement = { place: resolve(folder), subject, content: kept as unknown as Plain };
  return await keepReceipt(store, statement, paths, since);
}

/**
 * Makes a command known whose runs are, with their results in `results`. The program began, and read its own files and
 * the experiments, after the time `since`.
 */
export async function keepKnownCommand(
  command: RunCommand,
  variants: readonly Variant[],
  results: string,
  store: Store,
  code: CodeReader,
  since: number,
): Promise<void> {
  const runs = variants.map((variant): AskedRun => ({ variant, subject: subjectOf(variant, code) }));
  const ofStages = graph.flatMap(({ source }) => code.filesOf(source));
  const paths = new Set([
    ...sourceFiles(),
    ...ofStages,
    ...reportFiles(code),
    ...variants.flatMap(({ files }) => files),
  ]);
  const subject = subjectOfCommand(command);
  const restsOn = variants.map(({ runName }) => resolve(results, runName));
  await keepReceipt(store, { place: subject, subject, content: runs as unknown as Plain, restsOn }, [...paths], since);
}

function knownStage({ stage, key, record }: StageResult): KnownStage {
  const bytes = addressesOf(record).reduce((sum, { address }) => sum + address.size, 0);
  return { stage, key, bytes, seconds: record.seconds };
}
