/** Writes receipts of finished runs and commands: see `known.ts`. */
import { basename, dirname, join, resolve } from "node:path";
import { finalFigures, type FinishedRun } from "../define/figure.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Terms } from "../define/terms.ts";
import type { CodeReader } from "../engine/keys/code.ts";
import { filesOfRecords, keepReceipt, type SeenFile } from "../engine/keys/receipt.ts";
import { addressesOf } from "../engine/keys/record.ts";
import { digestOfPlain, type Plain } from "../engine/store/digest.ts";
import { changeTimeThatHolds } from "../engine/store/file_status.ts";
import type { Store } from "../engine/store/store.ts";
import { graphOf } from "../experiment/chain.ts";
import { readSettings } from "../experiment/grid.ts";
import type { Pinned } from "../experiment/pinned.ts";
import type { Variant } from "../experiment/variants.ts";
import { resultsTree } from "./folder.ts";
import { summaryRows } from "./summary_rows.ts";
import { type KnownCommand, type KnownRun, type RunCommand, subjectOfCommand } from "./known.ts";
import { reportDigest, resultFiles } from "./results.ts";
import { runTitle } from "./run_title.ts";

/** What receipts are written with. */
export interface Keeping {
  pipeline: Pipeline;
  store: Store;
  code: CodeReader;
}

/** Everything that decides the results: the experiment, and the code of its stages and of the report. */
export function subjectOf({ file, experiment }: Variant, { pipeline, code }: Omit<Keeping, "store">): string {
  const report = reportDigest(pipeline, graphOf(pipeline, experiment), experiment, code);
  return digestOfPlain({ file, experiment: experiment as unknown as Plain, report });
}

/**
 * Writes the receipt of a run whose stages were all hits and whose results are complete: every byte was checked after the
 * time `since`, in milliseconds. False if a file is too recent to rely on that.
 */
export async function keepKnownRun(
  subject: string,
  run: FinishedRun,
  folder: string,
  { pipeline, store }: Omit<Keeping, "code">,
  since: number,
): Promise<boolean> {
  const known: KnownRun = {
    title: runTitle(pipeline, run.experiment),
    stages: run.stages.map(({ stage, key, record }) => {
      const bytes = addressesOf(record).reduce((sum, { address }) => sum + address.size, 0);
      return { stage, key, bytes, seconds: record.seconds };
    }),
    rows: summaryRows(pipeline, run),
    metrics: finalFigures(run),
  };
  const results = Object.values(resultFiles(pipeline, run)).flat().map((name) => join(folder, name));
  const paths = [...filesOfRecords(store, run.stages.map(({ record }) => record)), ...results];
  const statement = { place: resolve(folder), subject, content: known as unknown as Plain };
  return hasChangeTimes(folder) && await keepReceipt(store, statement, paths, since);
}

/** Whether change times prove anything where the results are, which may be another file system than the cache's. */
function hasChangeTimes(folder: string): boolean {
  const tree = resultsTree(folder);
  const probe = join(dirname(folder), `.${basename(folder)}.clock`);
  tree.remove(probe);
  try {
    using file = tree.create(probe);
    return changeTimeThatHolds(() => tree.status(probe), (time) => file.utimeSync(time, time)) !== null;
  } finally {
    tree.remove(probe);
  }
}

/**
 * Writes the receipt of a command whose runs have one, with their results in `results`. The program started, and read its
 * own files, `program`, the experiments and what these rest on, after the time `since`.
 */
export async function keepKnownCommand(
  command: RunCommand,
  variants: readonly Pinned<Variant>[],
  terms: Terms,
  results: string,
  { pipeline, store, code }: Keeping,
  since: number,
  program: readonly SeenFile[],
): Promise<void> {
  const runs = variants.map(({ pins: _, ...variant }) => ({
    variant,
    subject: subjectOf(variant, { pipeline, code }),
  }));
  const paths = new Set(variants.flatMap(({ files }) => files));
  const subject = subjectOfCommand(command);
  const restsOn = variants.map(({ runName }) => resolve(results, runName));
  const { warnings } = readSettings(command.set, command.seeds);
  const content = { runs, terms, warnings } satisfies KnownCommand as unknown as Plain;
  const seen = [...new Set(variants.map(({ pins }) => pins.seen))].flat();
  await keepReceipt(store, { place: subject, subject, content, restsOn }, [...paths], since, [...program, ...seen]);
}
